"""Told last: what stands written about the whole county once every story has been told."""

from tests.county.county import County
from tests.county.stories.register_groups import write_groups


def tell(county: County) -> None:
    """Groups of people as the stories left them."""
    write_groups(county)

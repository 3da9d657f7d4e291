"""Story `signing`: to be told."""

from tests.county.county import County


def tell(county: County) -> None:
    """Nothing yet."""

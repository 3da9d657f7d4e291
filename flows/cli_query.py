"""What is understood of query cards, SQL and the access log: `feijian query|sql|log`."""

from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""

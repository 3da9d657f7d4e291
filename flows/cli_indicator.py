"""What is understood of indicators: `feijian indicator list|show|value|compare`."""

from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""

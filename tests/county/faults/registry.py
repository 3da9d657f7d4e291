"""Named ways in which a county's data is wrong (commission.md 5.3), each with what must find it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.county.county import County


@dataclass(frozen=True)
class Fault:
    """One fault: what it does in Chinese, what it breaks, and the check, card or figure that shows it."""

    name: str
    title: str
    shown_by: str
    apply: Callable[[County], None]


FAULTS: dict[str, Fault] = {}


def fault(title: str, shown_by: str) -> Callable[[Callable[[County], None]], Callable[[County], None]]:
    """Register a function under its own name."""

    def keep(apply: Callable[[County], None]) -> Callable[[County], None]:
        name = apply.__name__
        FAULTS[name] = Fault(name, title, shown_by, apply)
        return apply

    return keep

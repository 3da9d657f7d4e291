"""Who asks: an account with its area, and the classes in which data may leave (commission.md, section 7)."""

from dataclasses import dataclass
from enum import StrEnum


class ExportClass(StrEnum):
    """How much of a person leaves: A sums only, B rows without identity, C masked lists, D whole and encrypted."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def words(self) -> str:
        """In Chinese."""
        return {"A": "汇总", "B": "去标识明细", "C": "脱敏名单", "D": "全标识名单"}[self.value]


EVERYWHERE = "*"


@dataclass(frozen=True)
class Account:
    """One caller as configured in `[accounts.<name>]` of feijian.toml.

    `area` is an organisation code or a division code (6 to 12 digits): the caller sees what lies beneath it and
    nothing else; `*` is everywhere. `top` is the highest class that may leave to him.
    """

    name: str
    area: str
    role: str
    top: ExportClass
    unit: str = ""

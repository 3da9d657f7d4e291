"""Compute a report: every cell of its forms on every organisation of an area, in three scopes."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from exports.commission.engine.frame import Frame
from schemas.figure import Figure, Scope
from schemas.indicator import Indicator
from schemas.period import Period
from schemas.report_pack import Cell, Form, Pack

ITEMS = Path(__file__).with_name("items.sql")
Figures = dict[tuple[str, str, Scope], Figure]
Entered = dict[tuple[str, str, Scope], Decimal | None]


@dataclass(frozen=True)
class Asked:
    """What report is asked for.

    `forms` are the pack's own and those that only checks look at; `editions` (indicator id -> edition) replaces
    standard editions.
    """

    pack: Pack
    forms: tuple[Form, ...]
    area: str
    period: Period
    frame: Frame
    editions: dict[str, str]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator that a cell takes, each once, in the order of the forms."""
        found = (cell.indicator(self.editions) for form in self.forms for cell in form.cells)
        return tuple({one.key: one for one in found if one is not None}.values())

    @property
    def entered(self) -> tuple[Cell, ...]:
        """The cells that take entered numbers, each source once."""
        cells = (cell for form in self.forms for cell in form.cells if cell.population or cell.item)
        return tuple({cell.take: cell for cell in cells}.values())

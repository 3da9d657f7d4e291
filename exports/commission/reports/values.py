"""The numbers of a report: computed, and beside them what was put in their place by hand."""

from dataclasses import dataclass, field
from decimal import Decimal

from schemas.figure import Figure, Node, Scope, State
from schemas.period import Period
from schemas.report_pack import Cell, Form, Pack

Place = tuple[str, str, str, Scope]


@dataclass(frozen=True)
class Adjustment:
    """One number corrected by hand: what was computed then, what is reported instead, why, by whom, on which day."""

    pack: str
    period: str
    form: str
    cell: str
    node: str
    scope: Scope
    computed: Decimal | None
    adjusted: Decimal
    reason: str
    who: str
    day: str

    @property
    def place(self) -> Place:
        """Form, cell, node and scope."""
        return (self.form, self.cell, self.node, self.scope)


@dataclass(frozen=True)
class CellValue:
    """One number: `computed` from the data, `adjustment` when somebody corrected it; None with a state that says why.

    `figure` is there for cells that take an indicator. `counted` says that the number is a count (and what of), so
    that it can be added up and compared; rates are not. `grows` says that it can only grow within the year.
    """

    form: str
    cell: Cell
    node: Node
    scope: Scope
    computed: Decimal | None
    state: State
    counted: str = ""
    cumulative: bool = False
    figure: Figure | None = None
    grows: bool = False
    adjustment: Adjustment | None = None

    @property
    def final(self) -> Decimal | None:
        """What is reported."""
        return self.adjustment.adjusted if self.adjustment else self.computed

    @property
    def stale(self) -> bool:
        """Whether what is computed now is not what the correction was made on."""
        return self.adjustment is not None and self.adjustment.computed != self.computed


@dataclass(frozen=True)
class Report:
    """One pack for one area and period. `nodes` stand in the order of their rows, the area itself first.

    `before`, `earlier` and `last_year` are the computed numbers of the period before, of the one before that and of
    last year's; `notes` are what the evaluation wants said (rows in no tree, bases that differ).
    """

    pack: Pack
    period: Period
    nodes: tuple[Node, ...]
    forms: tuple[Form, ...]
    values: dict[Place, CellValue]
    before: dict[Place, Decimal | None] = field(default_factory=dict)
    last_year: dict[Place, Decimal | None] = field(default_factory=dict)
    earlier: dict[Place, Decimal | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def value(self, form: Form, cell: Cell, node: Node, scope: Scope) -> CellValue:
        """One number."""
        return self.values[(form.id, cell.id, node.code, scope)]

    def rows(self, form: Form) -> list[Node]:
        """The organisations that get a row: down to the form's level."""
        order = ("region", "prefecture", "county", "township", "village")
        lowest = order.index(form.level)
        return [node for node in self.nodes if order.index(node.level) <= lowest]

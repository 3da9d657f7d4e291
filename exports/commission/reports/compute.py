"""Compute a report: every cell of its forms on every organisation of an area, in three scopes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from exports.commission.engine.evaluate import evaluate, nodes_of, statutory_year
from exports.commission.engine.frame import Frame, build_frame, set_days, turn_frame
from exports.commission.engine.measure import count_measure, load_measures
from exports.commission.engine.population import bases_of
from exports.commission.reports.values import Adjustment, CellValue, Place, Report
from schemas.figure import Figure, Node, Scope, State, half_up
from schemas.indicator import Counts, DateAxis, Indicator, OrgAxis, Status
from schemas.period import Kind, Period, Year
from schemas.report_pack import Cell, Form, Pack

ITEMS = Path(__file__).with_name("items.sql")
Figures = dict[tuple[str, str, Scope], Figure]
Entered = dict[tuple[str, Scope], Decimal | None]


@dataclass(frozen=True)
class Asked:
    """What report is asked for.

    `forms` are the pack's own and those that only checks look at; `editions` (indicator id -> edition) replaces
    standard editions.
    """

    pack: Pack
    forms: tuple[Form, ...]
    area: str | None
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


def compute(database: Any, asked: Asked, adjustments: dict[Place, Adjustment]) -> Report:
    """A report with its numbers, and those of the period before and of last year's.

    Args:
        database: an open DuckDB with the lake's tables as `lake.<table>`.
        asked: what is asked for.
        adjustments: the corrections of this pack and period.

    Raises:
        SettingsError: there is no such area, indicator or measure.
    """
    period = asked.period
    last_year = _values(database, asked, period.last_year)[0]
    before = {} if period.opens_year else _values(database, asked, period.before)[0]
    earlier = {} if period.opens_year or period.before.opens_year else _values(database, asked, period.before.before)[0]
    values, nodes, notes = _values(database, asked, period)
    adjusted = {place: replace(value, adjustment=adjustments.get(place)) for place, value in values.items()}
    return Report(
        asked.pack,
        period,
        nodes,
        asked.forms,
        adjusted,
        {place: value.computed for place, value in before.items()},
        {place: value.computed for place, value in last_year.items()},
        {place: value.computed for place, value in earlier.items()},
        notes,
    )


def _values(
    database: Any, asked: Asked, period: Period
) -> tuple[dict[Place, CellValue], tuple[Node, ...], tuple[str, ...]]:
    result = evaluate(database, asked.indicators, period, asked.frame, asked.area, whole=period == asked.period)
    figures: Figures = {(f"{one.indicator}@{one.edition}", one.node.code, one.scope): one for one in result.figures}
    settle(database, asked, period)
    nodes = tuple(nodes_of(database, asked.area))
    entered = _entered(database, asked.entered, nodes, period)
    values = {}
    for form in asked.forms:
        for cell in form.cells:
            for node in nodes:
                for scope in Scope:
                    value = _value(asked, form, cell, node, scope, figures, entered)
                    values[(form.id, cell.id, node.code, scope)] = value
    return values, nodes, tuple(dict.fromkeys(result.notes))


def settle(database: Any, asked: Asked, period: Period) -> None:
    """Bring the frame to the period itself, by the calendar year, for what is entered and for checks."""
    build_frame(database, asked.frame)
    days = period.counted(Kind.YTD, Year.CALENDAR)
    set_days(database, asked.frame, days, days.first)


def _value(
    asked: Asked, form: Form, cell: Cell, node: Node, scope: Scope, figures: Figures, entered: dict[str, Entered]
) -> CellValue:
    indicator = cell.indicator(asked.editions)
    if indicator is None:
        value = entered[cell.take].get((node.code, scope))
        state = State.NO_DENOMINATOR if value is None else State.VALUE
        return CellValue(form.id, cell, node, scope, value, state, Counts.SUM)
    figure = figures.get((indicator.key, node.code, scope))
    if figure is None:  # a node of the other tree: the residence axis has divisions
        return CellValue(form.id, cell, node, scope, None, State.NO_DENOMINATOR)
    number, counted = _part(cell, indicator, figure)
    state = State.VALUE if number is not None else figure.state
    return CellValue(
        form.id, cell, node, scope, number, state, counted, indicator.kind is Kind.YTD, figure, grows=_grows(indicator)
    )


def _grows(indicator: Indicator) -> bool:
    """Whether its count can only grow within the year: what was done stays done, whoever moves or dies."""
    stays = indicator.org_axis is OrgAxis.SERVICE and indicator.status is Status.ALL
    return stays and indicator.kind is Kind.YTD


def _part(cell: Cell, indicator: Indicator, figure: Figure) -> tuple[Decimal | None, str]:
    """The number that a cell takes of a figure, and what kind of count it is; a rate is none."""
    if cell.part == "denominator":
        return figure.denominator, Counts.SUM if indicator.population else indicator.denominator_counts
    if cell.part == "numerator" or indicator.denominator is None:
        number = figure.numerator
        return (number if number is None else half_up(number, _decimals(indicator))), indicator.counts
    return figure.value, ""


def _decimals(indicator: Indicator) -> int:
    return indicator.decimals if indicator.counts is Counts.SUM else 0


def _entered(database: Any, cells: tuple[Cell, ...], nodes: tuple[Node, ...], period: Period) -> dict[str, Entered]:
    """What the cells take of entered bases and of entered or counted items, on every node; None where nobody did."""
    found: dict[str, Entered] = {}
    items = _items(database) if any(cell.item for cell in cells) else {}
    for cell in cells:
        if cell.population:
            bases = bases_of(database, cell.population, statutory_year(period, Year.CALENDAR))
            found[cell.take] = {place: base.value for place, base in bases.items()}
        else:
            nothing = None if cell.by_hand else Decimal(0)
            there = items.get(cell.item or "", {})
            found[cell.take] = {(n.code, scope): there.get((n.code, scope), nothing) for n in nodes for scope in Scope}
    return found


def _items(database: Any) -> dict[str, dict[tuple[str, Scope], Decimal]]:
    """Every item on every node where it stands, in three scopes."""
    found: dict[str, dict[tuple[str, Scope], Decimal]] = {}
    rows = database.execute(
        "SELECT i.item, c.ancestor, sum(i.value), sum(i.value) FILTER (c.descendant = c.ancestor),"
        " sum(i.value) FILTER (c.descendant <> c.ancestor)"
        f" FROM org_closure AS c JOIN ({ITEMS.read_text(encoding='utf-8')}) AS i ON i.org_code = c.descendant"
        " GROUP BY i.item, c.ancestor"
    ).fetchall()
    for item, node, *sums in rows:
        for scope, value in zip((Scope.ALL, Scope.OWN, Scope.BELOW), sums, strict=True):
            if value is not None:
                found.setdefault(item, {})[node, scope] = Decimal(value)
    return found


def monthly_sums(database: Any, asked: Asked, report: Report) -> dict[Place, Decimal]:
    """For counts of events, what the months of the counted days add up to (H17), in the trees of the period's end.

    Persons do not add up over months, and neither does what only a year can reach; both are left out.
    """
    sums: dict[Place, Decimal] = {}
    axis: DateAxis | None = None
    for indicator in sorted(filter(_adds_up, asked.indicators), key=lambda one: one.date_axis):
        if indicator.date_axis is not axis:
            axis = indicator.date_axis
            turn_frame(database, replace(asked.frame, axis=axis))
            set_days(database, asked.frame, asked.period.days, asked.period.days.first)
        total = _by_month(database, asked, indicator)
        for form, cell in [(one, cell) for one in asked.forms for cell in one.cells]:
            if cell.indicator(asked.editions) != indicator or _is_rate(cell, indicator):
                continue
            for node, scope in product(report.nodes, Scope):
                value = half_up(total.get((node.code, scope), Decimal(0)), _decimals(indicator))
                sums[(form.id, cell.id, node.code, scope)] = value
    return {place: value for place, value in sums.items() if report.values[place].computed is not None}


def _adds_up(indicator: Indicator) -> bool:
    persons = indicator.counts is Counts.PERSON or indicator.org_axis is OrgAxis.RESIDENCE
    return (
        not persons
        and load_measures()[indicator.numerator].adds_up
        and indicator.kind is not Kind.POINT
        and indicator.status is Status.ALL
    )


def _is_rate(cell: Cell, indicator: Indicator) -> bool:
    return cell.part == "denominator" or (not cell.part and indicator.denominator is not None)


def _by_month(database: Any, asked: Asked, indicator: Indicator) -> dict[tuple[str, Scope], Decimal]:
    days = asked.period.counted(indicator.kind, indicator.year)
    measure = load_measures()[indicator.numerator]
    for name, given in indicator.parameters.items():
        database.execute(f"SET VARIABLE p_{name} = {int(given)}")
    total: dict[tuple[str, Scope], Decimal] = {}
    for first, until in _months(days.first, days.until):
        database.execute(f"SET VARIABLE period_from = DATE '{first}'")
        database.execute(f"SET VARIABLE period_until = DATE '{until}'")
        counted = count_measure(database, measure, indicator.org_axis, indicator.status, indicator.counts)
        for place, value in counted.items():
            total[place] = total.get(place, Decimal(0)) + value
    return total


def _months(first: date, until: date) -> Iterator[tuple[date, date]]:
    while first < until:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(following, until)
        first = following

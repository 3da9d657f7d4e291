"""Evaluate indicators on every node of an area: counts roll up, rates are made of counts at each node."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.engine.measure import (
    Measure,
    count_placed,
    load_measures,
    outside,
    place_measure,
    unplaced,
)
from exports.commission.engine.population import Base, Bases, bases_of
from exports.commission.engine.reporting import Handed, HandedIn, handed_in
from schemas.errors import SettingsError
from schemas.figure import Figure, Node, Scope, State, rate
from schemas.indicator import Counts, DateAxis, Indicator, OrgAxis
from schemas.period import Kind, Period, Year

NAMED = 3
ORDER = ("region", "prefecture", "county", "township", "village")
KEPT = 4
Counted = dict[tuple[str, Scope], Decimal]


@dataclass
class Evaluation:
    """What was evaluated: figures in the order of indicators and nodes, and what must be said beside them."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def evaluate(
    database: Any,
    indicators: Iterable[Indicator],
    period: Period,
    frame: Frame | None = None,
    area: str | None = None,
    levels: tuple[str, ...] = ORDER,
    whole: bool = True,
) -> Evaluation:
    """Each indicator on each node of an area, the area itself first, in three scopes.

    Args:
        database: an open DuckDB with the lake's tables as `lake.<table>`.
        indicators: in the editions asked for.
        period: the reporting period; each indicator's own kind and year say which days count.
        frame: how the lake is looked at; its date axis is each indicator's own.
        area: an organisation code or a division code (its leading digits will do); None is everything.
        levels: which levels get figures.
        whole: also look for what lies outside denominators and trees; a figure that others are only compared with
            needs neither.

    Raises:
        SettingsError: there is no such area at the period's end.
    """
    asked = list(indicators)
    evaluator = _Evaluator(database, period, frame or Frame())
    figures: dict[str, list[Figure]] = {}
    result = Evaluation()
    for indicator in sorted(asked, key=lambda one: (one.date_axis, one.kind, one.year)):
        evaluator.prepare(indicator)
        nodes = evaluator.nodes(indicator, area)
        figures[indicator.key] = [one for one in evaluator.figures(indicator, nodes, whole) if one.node.level in levels]
        result.notes += evaluator.notes(indicator) if whole else []
    result.figures = [figure for indicator in asked for figure in figures[indicator.key]]
    return result


class _Evaluator:
    """Counts each measure once per period, axis, status, key and parameters, whatever indicators ask for it."""

    def __init__(self, database: Any, period: Period, frame: Frame) -> None:
        self.database, self.period, self.frame = database, period, frame
        self.axis: DateAxis | None = None
        self.days: tuple[Any, ...] = ()
        self.counted: dict[tuple[Any, ...], Counted] = {}
        self.lost: dict[tuple[Any, ...], list[tuple[str | None, int]]] = {}
        self.placed: dict[tuple[Any, ...], str] = {}
        self.beyond: dict[tuple[Any, ...], dict[tuple[str, Scope], int]] = {}
        self.made = 0
        self.trees: dict[tuple[Any, ...], list[Node]] = {}
        self.bases: dict[tuple[Any, ...], Bases] = {}
        self.handed: dict[tuple[Any, ...], Handed] = {}

    def prepare(self, indicator: Indicator) -> None:
        """Bring the frame to the indicator's date axis, days and parameters."""
        if self.axis is not indicator.date_axis:
            self.axis, self.days = indicator.date_axis, ()
            framed = Frame(indicator.date_axis, self.frame.as_of, self.frame.restated, self.frame.xpcc)
            build_frame(self.database, framed)
        days = self.period.counted(indicator.kind, indicator.year)
        year_from = self.period.counted(Kind.YTD, indicator.year).first
        wanted = (days, year_from)
        if wanted != self.days:
            set_days(self.database, self.frame, days, year_from)
            self.days = wanted
        for name, value in indicator.parameters.items():
            self.database.execute(f"SET VARIABLE p_{name} = {int(value)}")

    def nodes(self, indicator: Indicator, area: str | None) -> list[Node]:
        """The nodes of an area in the indicator's tree."""
        key = (area, tree_of(indicator), self.days)
        if key not in self.trees:
            self.trees[key] = nodes_of(self.database, area, key[1])
        return self.trees[key]

    def figures(self, indicator: Indicator, nodes: list[Node], whole: bool) -> list[Figure]:
        """The indicator's figures on some nodes."""
        above = self._count(indicator, indicator.numerator, indicator.counts)
        below = self._denominator(indicator)
        handed = self._handed(indicator)
        beyond = self._outside(indicator) if whole else {}
        children: dict[str, list[str]] = {}
        for node in nodes:
            children.setdefault(node.parent or "", []).append(node.code)
        found = []
        for node in nodes:
            for scope in Scope:
                sums = _children_sum(above, node.code, children.get(node.code, []), scope)
                place = (node.code, scope)
                figure = _figure(indicator, self.period, node, scope, above.get(place, Decimal(0)), below, handed)
                found.append(
                    Figure(**{**vars(figure), "children_sum": sums, "outside": beyond.get(place, 0)})
                    if figure.state is not State.MISSING
                    else figure
                )
        return found

    def notes(self, indicator: Indicator) -> list[str]:
        """What was counted and belongs nowhere: rows whose organisation or division is in no tree."""
        lost = self.lost[self._key(indicator, indicator.numerator, indicator.counts)]
        named = "、".join(place or "（空）" for place, _ in lost[:NAMED]) + ("等" if len(lost) > NAMED else "")
        rows = sum(count for _, count in lost)
        said = f"{indicator.name}：有 {rows} 行的{indicator.org_axis}（{named}）不在机构树中，未计入任何机构。"
        return [*([said] if lost else []), *self._differing(indicator)]

    def _differing(self, indicator: Indicator) -> list[str]:
        """Bases that an organisation entered with its subordinates, and that are not what theirs add up to."""
        bases = self._denominator(indicator) if indicator.population else None
        names = {node.code: node.name for node in self.nodes(indicator, None)} if bases else {}
        return [
            f"{indicator.denominator_text}：{names[node]} 录入含下属 {base.stated}，相加 {base.summed}，采用录入数。"
            for (node, scope), base in (bases or {}).items()
            if scope is Scope.ALL and base.stated is not None and base.summed not in (None, base.stated)
        ]

    def _count(self, indicator: Indicator, name: str, counts: Counts) -> Counted:
        key = self._key(indicator, name, counts)
        if key not in self.counted:
            table = self._placed(indicator, name, counts)
            self.counted[key] = count_placed(self.database, table, indicator.org_axis, counts)
            self.lost[key] = unplaced(self.database, table, indicator.org_axis)
        return self.counted[key]

    def _key(self, indicator: Indicator, name: str, counts: Counts) -> tuple[Any, ...]:
        measure = _measure(name, indicator)
        used = tuple(sorted(one for one in indicator.parameters.items() if f"'p_{one[0]}'" in measure.sql))
        return (name, counts, indicator.org_axis, indicator.status, indicator.date_axis, self.days, used)

    def _placed(self, indicator: Indicator, name: str, counts: Counts) -> str:
        """The table in which a measure's rows are; the last few are kept, since what is compared was just counted."""
        key = self._key(indicator, name, counts)
        if key not in self.placed:
            table = f"placed_{self.made % KEPT}"
            self.made += 1
            self.placed = {one: other for one, other in self.placed.items() if other != table} | {key: table}
            asked = (indicator.org_axis, indicator.status, counts, table)
            place_measure(self.database, _measure(name, indicator), *asked)
        return self.placed[key]

    def _denominator(self, indicator: Indicator) -> Bases | None:
        """The denominator on every node, entered or counted; None for a plain count."""
        if indicator.denominator is None:
            return None
        if indicator.population is None:
            counted = self._count(indicator, indicator.denominator, indicator.denominator_counts)
            return {place: Base(value, 1, 1) for place, value in counted.items()}
        key = (indicator.population, statutory_year(self.period, indicator.year), self.days, tree_of(indicator))
        if key not in self.bases:
            self.bases[key] = bases_of(self.database, *key[:2], key[3])
        return self.bases[key]

    def _handed(self, indicator: Indicator) -> Handed:
        key = (indicator.system, self.days, tree_of(indicator))
        if key not in self.handed:
            asked = (indicator.system, self.period, indicator.kind, indicator.year, key[2])
            self.handed[key] = handed_in(self.database, *asked)
        return self.handed[key]

    def _outside(self, indicator: Indicator) -> dict[tuple[str, Scope], int]:
        if not indicator.subset or indicator.denominator is None:
            return {}
        names = (indicator.numerator, indicator.denominator)
        key = tuple(self._key(indicator, name, indicator.counts) for name in names)
        if key not in self.beyond:
            above, below = (self._placed(indicator, name, _kind(indicator)) for name in names)
            self.beyond[key] = outside(self.database, above, below, indicator.org_axis, indicator.counts)
        return self.beyond[key]


def _kind(indicator: Indicator) -> Counts:
    """By what a numerator is held against its denominator: persons, or records."""
    return Counts.PERSON if indicator.counts is Counts.PERSON else Counts.RECORD


def _measure(name: str, indicator: Indicator) -> Measure:
    if name not in load_measures():
        raise SettingsError(f"指标 {indicator.key} 用了没有的度量 {name}。")
    return load_measures()[name]


def _children_sum(counted: Counted, node: str, children: list[str], scope: Scope) -> Decimal | None:
    """What the next level adds up to, the node's own part included where the scope has it."""
    if not children or scope is Scope.OWN:
        return None
    own = counted.get((node, Scope.OWN), Decimal(0)) if scope is Scope.ALL else Decimal(0)
    return own + sum((counted.get((child, Scope.ALL), Decimal(0)) for child in children), Decimal(0))


def _figure(
    indicator: Indicator,
    period: Period,
    node: Node,
    scope: Scope,
    numerator: Decimal,
    bases: Bases | None,
    handed: Handed,
) -> Figure:
    told = handed.get((node.code, scope), HandedIn(0, 0))
    names = (indicator.id, indicator.edition, period.label, node, scope)
    if told.reported == 0 and told.due and numerator == 0:
        return Figure(*names, None, None, None, State.MISSING, 0, told.due)
    if bases is None:
        value = rate(numerator, Decimal(1), 1, indicator.decimals)
        return Figure(*names, numerator, None, value, State.VALUE, told.reported, told.due)
    base = bases.get((node.code, scope), Base(None, 0, 0))
    value = None if base.value is None else rate(numerator, base.value, indicator.scale, indicator.decimals)
    state = State.NO_DENOMINATOR if value is None else State.VALUE
    entered, owing = (base.entered, base.due) if indicator.population else (0, 0)
    handed_in_by = (told.reported, told.due)
    return Figure(*names, numerator, base.value, value, state, *handed_in_by, entered=entered, owing=owing)


def tree_of(indicator: Indicator) -> str:
    """Which tree an indicator rolls up in: divisions on the residence axis, organisations otherwise."""
    return "division" if indicator.org_axis is OrgAxis.RESIDENCE else "org"


def statutory_year(period: Period, year: Year) -> int:
    """The number of the year whose bases count: that of the last day counted, by its own calendar."""
    last = period.counted(Kind.YTD, year).until - timedelta(days=1)
    return last.year + (year is Year.MATERNAL and last >= date(last.year, 10, 1))


def nodes_of(database: Any, area: str | None, tree: str = "org") -> list[Node]:
    """An area and all beneath it, parents before their children, in the order of their codes.

    A division code names, on the business tree, the organisation of the highest level that sits in that division.

    Raises:
        SettingsError: there is no such area at the cut-off.
    """
    root = _root(database, area, tree)
    inside = f" WHERE code IN (SELECT descendant FROM {tree}_closure WHERE ancestor = $root)" if root else ""
    rows = database.execute(
        f"SELECT code, name, level, parent, xpcc FROM {tree}_node{inside}", {"root": root} if root else {}
    ).fetchall()
    beneath: dict[str | None, list[Node]] = {}
    codes = {row[0] for row in rows}
    for row in sorted(rows):
        node = Node(*row)
        beneath.setdefault(node.parent if node.parent in codes else None, []).append(node)
    ordered: list[Node] = []
    waiting = list(reversed(beneath.get(None, [])))
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting += reversed(beneath.get(node.code, []))
    return ordered


def _root(database: Any, area: str | None, tree: str) -> str | None:
    if area is None or area == "*":
        return None
    [(known,)] = database.execute(f"SELECT count(*) FROM {tree}_node WHERE code = ?", [area]).fetchall()
    if known:
        return area
    padded = area.ljust(12, "0") if area.isdigit() and 2 <= len(area) <= 12 else ""
    if tree == "division":
        found = database.execute("SELECT code FROM division_node WHERE code = ?", [padded]).fetchall()
    else:
        found = database.execute(
            "SELECT n.code FROM org_node AS n JOIN org_place AS p ON p.code = n.code WHERE p.admin_code = $padded"
            " ORDER BY list_position($order, n.level), n.code LIMIT 1",
            {"padded": padded, "order": list(ORDER)},
        ).fetchall()
    if not found:
        raise SettingsError(f"没有机构或区划 {area}（在期末）。请用机构编码，或 6 至 12 位区划代码。")
    return str(found[0][0])

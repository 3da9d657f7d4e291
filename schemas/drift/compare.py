"""The comparison of two formats and, where both sides have any, of their data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schemas.drift.attributes import column_differences
from schemas.drift.columns import ColumnPair
from schemas.drift.content import Sides, content_gaps, table_content
from schemas.drift.items import unit_differences, unit_gap
from schemas.drift.kinds import difference
from schemas.drift.match import Both, Matched, Matching, Moved, match
from schemas.drift.period import compared_period
from schemas.drift.records import LEVEL_ORDER, Difference, Drift, TableDrift
from schemas.drift.signatures import signed
from schemas.drift.structure import (
    added_columns,
    added_table,
    delivery_differences,
    missing_columns,
    missing_table,
    moved_columns,
    order_difference,
    part_difference,
    table_differences,
)
from schemas.drift.thresholds import Thresholds
from schemas.drift.values import column_content, column_gap
from schemas.format import Format, FormatTable
from schemas.profile import Profile, TableProfile

CHECKS = "行数、金额、医保结算占比、项目数、计量单位、主键唯一性、空值比例、不同值个数、代码取值、实际内容的宽度"


@dataclass(frozen=True)
class Found:
    """What the comparison of one table gave, and the checks that could not be made."""

    drift: TableDrift
    gaps: tuple[str, ...] = ()


def compare(
    old: Format,
    new: Format,
    old_profile: Profile | None = None,
    new_profile: Profile | None = None,
    thresholds: Thresholds | None = None,
) -> Drift:
    """Compare this year's format with that of the prior year, and judge every difference.

    Args:
        old: the prior year's format.
        new: this year's format; its signatures are attached to the differences they accept.
        old_profile: the data of the prior year, by the names of `old`.
        new_profile: the data of this year, by the names of `new`.
        thresholds: where the lines are drawn; the shipped ones when left out.

    Returns:
        Every difference with its level, in the order of the tables; the same for the same input.
    """
    thresholds = thresholds or Thresholds.load()
    period = compared_period(old_profile, new_profile, thresholds) if old_profile and new_profile else None
    both = Both(old, new, old_profile, new_profile, thresholds, period)
    matching = match(both)
    found = sorted(_tables(both, matching), key=lambda one: _place(one.drift, both))
    gaps = [gap for one in found for gap in one.gaps] + ([period.gap] if period and period.gap else [])
    drift = Drift(
        _side(old),
        _side(new),
        (*delivery_differences(old, new), *_unverified(both, gaps)),
        tuple(one.drift for one in found),
        {(pair.old.table, pair.old.name): (pair.new.table, pair.new.name) for pair in matching.pairs},
        thresholds,
        period.words if period else "",
    )
    return signed(drift, new.signatures)


def _side(form: Format) -> str:
    return form.id if form.title in ("", form.id) else f"{form.title}（{form.id}）"


def _place(drift: TableDrift, both: Both) -> tuple[int, int]:
    """Old tables in their order, each before those its columns moved to; new tables at the end."""
    old, new = [table.name for table in both.old.tables], [table.name for table in both.new.tables]
    return old.index(drift.old) if drift.old else len(old), new.index(drift.new) if drift.new else -1


def _tables(both: Both, matching: Matching) -> Iterator[Found]:
    for one in matching.matched:
        yield _table(one, both)
    for moved in matching.moved:
        yield _moved(moved, both)
    for table in matching.missing:
        yield Found(TableDrift(table.name, "", table.title, 0, (missing_table(table),)))
    for table in matching.added:
        yield Found(TableDrift("", table.name, table.title, 0, (added_table(table),)))


def _table(one: Matched, both: Both) -> Found:
    """The differences of a pair of tables, in form and in data."""
    a, b, columns = one.pair.old, one.pair.new, one.columns
    single, gaps = _columns(columns.pairs, a, b, both)
    whole, missed = _data(a, b, columns.pairs, both)
    differences = (
        *table_differences(one.pair, both.old, both.new, columns),
        *missing_columns(columns.missing, columns.hints),
        *(part_difference("column_split", a.name, parts) for parts in one.split),
        *(part_difference("column_merged", a.name, parts) for parts in one.merged),
        *order_difference(a.name, b, columns.pairs),
        *added_columns(a.name, b, columns),
        *single,
        *whole,
    )
    return Found(_record(a, b, columns.pairs, differences), (*missed, *gaps))


def _moved(moved: Moved, both: Both) -> Found:
    """The columns that stand in another table now, and what else a dissolved table had."""
    move = moved.move
    single, gaps = _columns(move.columns, move.old, move.new, both)
    differences = (moved_columns(move), *missing_columns(moved.lost), *single)
    return Found(_record(move.old, move.new, move.columns, differences), tuple(gaps))


def _columns(
    pairs: Sequence[ColumnPair], a: FormatTable, b: FormatTable, both: Both
) -> tuple[list[Difference], list[str]]:
    """The differences of paired columns, in form and in data, and the checks that one side has no data for."""
    old, new = both.data(a, b)
    differences: list[Difference] = []
    gaps: list[str] = []
    for pair in pairs:
        sides = old.column(pair.old.name) if old else None, new.column(pair.new.name) if new else None
        differences += column_differences(pair, *sides)
        if old and new and old.rows and new.rows and both.period:
            differences += column_content(pair, old, new, both.period, both.thresholds)
            gaps += filter(None, [column_gap(pair, old, new)])
    return differences, gaps


def _data(
    a: FormatTable, b: FormatTable, pairs: Sequence[ColumnPair], both: Both
) -> tuple[list[Difference], list[str]]:
    """The differences of two tables' data as wholes; a table that only one side delivered is one itself."""
    old, new = both.data(a, b)
    if both.period is None:
        return [], []
    if old is None or new is None:
        return list(_one_sided(a.name, old, new)), []
    sides = Sides(a.name, old, new)
    differences = [
        *table_content(sides, pairs, both.period, both.thresholds),
        *unit_differences(sides, both.thresholds),
    ]
    return differences, [*content_gaps(sides), *filter(None, [unit_gap(sides)])]


def _one_sided(name: str, old: TableProfile | None, new: TableProfile | None) -> Iterator[Difference]:
    if old:
        reason = "上年交付了该表的数据，本年没有。"
        yield difference("table_undelivered", name, "", reason, old=f"{old.rows:,} 行", new="无")
    elif new:
        yield difference("table_delivered", name, "", "本年首次交付该表的数据。", old="无", new=f"{new.rows:,} 行")


def _unverified(both: Both, gaps: Sequence[str]) -> Iterator[Difference]:
    """One difference for all checks that one side lacks the data for; formats alone ask for no data."""
    if (both.old_profile is None) != (both.new_profile is None):
        side = "上年" if both.old_profile is None else "本年"
        reason = f"{side}只有格式，没有数据，以下核对没有做：{CHECKS}。未核对不等于通过。"
    elif gaps:
        reason = f"有 {len(gaps)} 项核对因数据不足而没有做：{'；'.join(gaps)}。未核对不等于通过。"
    else:
        return
    before, now = ("无数据" if profile is None else "有数据" for profile in (both.old_profile, both.new_profile))
    yield difference("content_unverified", "", "", reason, old=before, new=now)


def _record(
    a: FormatTable, b: FormatTable, pairs: Sequence[ColumnPair], differences: Iterable[Difference]
) -> TableDrift:
    ordered = _ordered(differences, a, b)
    touched = {one.column for one in ordered}
    return TableDrift(a.name, b.name, b.title, sum(pair.old.name not in touched for pair in pairs), ordered)


def _ordered(differences: Iterable[Difference], a: FormatTable, b: FormatTable) -> tuple[Difference, ...]:
    """The heaviest first, then by the place of the column in the old table, then in the new one."""
    names = dict.fromkeys(("", *(column.name for column in a.columns), *(column.name for column in b.columns)))
    place = {name: number for number, name in enumerate(names)}
    return tuple(sorted(differences, key=lambda one: (LEVEL_ORDER.index(one.level), place[one.column], one.kind)))

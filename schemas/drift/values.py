"""The data of two deliveries, column by column: empty cells, distinct values, codes."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.drift.codes import told
from schemas.drift.columns import ColumnPair, shared_values
from schemas.drift.content import share_deviates
from schemas.drift.kinds import difference
from schemas.drift.period import Period, change, change_words, count_deviates
from schemas.drift.records import Difference
from schemas.drift.thresholds import Thresholds
from schemas.profile import ColumnProfile, TableProfile


def column_content(
    pair: ColumnPair, old: TableProfile, new: TableProfile, period: Period, thresholds: Thresholds
) -> Iterator[Difference]:
    """Every deviation of one column's data; nothing where a table or the column has no data."""
    if min(old.rows, new.rows) >= thresholds.small_count or _empties(pair, old, new):
        yield from _empty(pair, old, new, thresholds)
    one, other = old.column(pair.old.name), new.column(pair.new.name)
    if one and other and one.filled and other.filled:
        if period.alike:
            yield from _distinct(pair, one, other, period, thresholds)
        if pair.old.codes or pair.new.codes:
            yield from _values(pair, one, other, period, thresholds)


def _empties(pair: ColumnPair, old: TableProfile, new: TableProfile) -> bool:
    """Whether a column is all empty on one side: that says something however few the rows are."""
    return 1 in (old.empty_share(pair.old.name), new.empty_share(pair.new.name))


def column_gap(pair: ColumnPair, old: TableProfile, new: TableProfile) -> str:
    """That only one side has data of a column; empty when both have, or neither."""
    one, other = old.column(pair.old.name), new.column(pair.new.name)
    if (one is None) == (other is None):
        return ""
    return f"{pair.old.table}.{pair.old.name} 的内容（{'本年' if one else '上年'}没有数据）"


def _empty(pair: ColumnPair, old: TableProfile, new: TableProfile, thresholds: Thresholds) -> Iterator[Difference]:
    before, now = old.empty_share(pair.old.name), new.empty_share(pair.new.name)
    if before is None or now is None:
        return
    words = {"old": f"空值 {before:.1%}", "new": f"空值 {now:.1%}"}
    place = pair.old.table, pair.old.name
    mandatory = "always" in (pair.old.required, pair.new.required)
    if mandatory and before < thresholds.mandatory_empty_before and now >= thresholds.mandatory_empty_now:
        yield difference("mandatory_empty", *place, f"必填列的空值由 {before:.1%} 升至 {now:.1%}。", **words)
    elif share_deviates(before, now, thresholds):
        yield difference("empty_deviates", *place, f"空值比例由 {before:.1%} 变为 {now:.1%}。", **words)


def _distinct(
    pair: ColumnPair, old: ColumnProfile, new: ColumnProfile, period: Period, thresholds: Thresholds
) -> Iterator[Difference]:
    """Identifiers have as many values as rows: a count that keeps its share of the filled rows does not deviate."""
    per_row = change(Decimal(old.distinct) / old.filled, Decimal(new.distinct) / new.filled)
    if abs(per_row) > thresholds.deviation and count_deviates(old.distinct, new.distinct, period, thresholds):
        words = change_words(Decimal(old.distinct), Decimal(new.distinct))
        reason = f"不同值的个数与上年相差 {words}。"
        counts = {"old": f"{old.distinct:,} 个值", "new": f"{new.distinct:,} 个值"}
        yield difference("distinct_deviates", pair.old.table, pair.old.name, reason, **counts)


def _values(
    pair: ColumnPair, old: ColumnProfile, new: ColumnProfile, period: Period, thresholds: Thresholds
) -> Iterator[Difference]:
    """Codes that are new or gone; a code that a shorter delivery does not show need not be gone."""
    share = shared_values(old, new)
    if share is None or share >= thresholds.same_values:
        return
    before, now = dict(old.values), dict(new.values)
    gone = sorted(value for value in before if value not in now) if period.alike else []
    fresh = sorted(value for value in now if value not in before)
    if not gone and not fresh:
        return
    reason = "代码的取值与上年不同。"
    reason += f"本年新出现：{told(fresh, pair.new, pair)}。" if fresh else ""
    reason += f"本年不再出现：{told(gone, pair.old, pair)}。" if gone else ""
    words = {"old": f"{len(before)} 个值", "new": f"{len(now)} 个值"}
    yield difference("values_changed", pair.old.table, pair.old.name, reason, **words)

"""Which column of the prior year is which column of this year.

Evidence is taken from strong to weak, and each column is used once: the name, the Chinese label, the std field, the
values. What is left and merely looks alike is a hint for the customer, never a pair.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.drift.thresholds import Thresholds
from schemas.format import FormatColumn
from schemas.profile import DIGITS, VAGUE, ColumnProfile, TableProfile
from schemas.words import plain

Columns = Sequence[FormatColumn]
Key = Callable[[FormatColumn], str]


@dataclass(frozen=True)
class ColumnPair:
    """The same column on both sides; `evidence` says in Chinese what that rests on, empty for the same name."""

    old: FormatColumn
    new: FormatColumn
    evidence: str = ""


@dataclass(frozen=True)
class Hint:
    """Two columns that may be the same; `evidence` says why, and that it is not sure."""

    old: FormatColumn
    new: FormatColumn
    evidence: str


@dataclass(frozen=True)
class ColumnPairing:
    """The columns of two tables: `pairs` and `missing` in the old order, `added` in the new one."""

    pairs: tuple[ColumnPair, ...]
    missing: tuple[FormatColumn, ...]
    added: tuple[FormatColumn, ...]
    hints: tuple[Hint, ...] = ()


def pair_columns(
    old: Columns,
    new: Columns,
    thresholds: Thresholds,
    old_profile: TableProfile | None = None,
    new_profile: TableProfile | None = None,
) -> ColumnPairing:
    """Pair the columns of two tables; without profiles by name, label and std field only."""
    pairs = [ColumnPair(a, b) for a, b in _in_order(old, new, lambda column: column.name)]
    evidence: tuple[tuple[Key, Key], ...] = (
        (lambda column: plain(column.name), lambda column: "列名只有书写不同"),
        (lambda column: plain(column.label), lambda column: f"中文名称相同（{column.label}）"),
        (_unique_field(old, new), lambda column: f"标准字段相同（{column.std_field}）"),
    )
    for key, words in evidence:
        pairs += [ColumnPair(a, b, words(a)) for a, b in _alone(*_left(old, new, pairs), key)]
    hints: list[Hint] = []
    if old_profile and new_profile:
        alike, unsure = _by_values(*_left(old, new, pairs), old_profile, new_profile, thresholds)
        pairs += alike
        hints = unsure + _by_shape(old, new, pairs, old_profile, new_profile, thresholds)
    missing, added = _left(old, new, pairs)
    place = {id(column): number for number, column in enumerate(old)}
    pairs.sort(key=lambda pair: place[id(pair.old)])
    return ColumnPairing(tuple(pairs), tuple(missing), tuple(added), tuple(hints))


def _left(old: Columns, new: Columns, pairs: list[ColumnPair]) -> tuple[list[FormatColumn], list[FormatColumn]]:
    """The columns of either side that are in no pair."""
    used_old, used_new = {id(pair.old) for pair in pairs}, {id(pair.new) for pair in pairs}
    return [one for one in old if id(one) not in used_old], [one for one in new if id(one) not in used_new]


def _in_order(old: Columns, new: Columns, key: Key) -> list[tuple[FormatColumn, FormatColumn]]:
    """The first column of a key with the first of it on the other side, the second with the second."""
    waiting: dict[str, list[FormatColumn]] = {}
    for column in new:
        waiting.setdefault(key(column), []).append(column)
    return [(column, waiting[key(column)].pop(0)) for column in old if waiting.get(key(column))]


def _alone(old: Columns, new: Columns, key: Key) -> list[tuple[FormatColumn, FormatColumn]]:
    """Pairs with the same key, where nobody else on either side has it."""
    counts = Counter(key(column) for column in old), Counter(key(column) for column in new)
    there = {key(column): column for column in new}
    return [
        (column, there[word])
        for column in old
        if (word := key(column)) and counts[0][word] == 1 and counts[1][word] == 1
    ]


def _unique_field(old: Columns, new: Columns) -> Key:
    """The std field of a column, empty where it stands for several columns of either table."""
    several = {
        field for side in (old, new) for field, times in Counter(one.std_field for one in side).items() if times > 1
    }
    return lambda column: "" if column.std_field in several else column.std_field


def shared_values(old: ColumnProfile, new: ColumnProfile) -> Decimal | None:
    """The smaller of two shares: rows of either side whose value the other side knows too; None without values."""
    if not old.values or not new.values:
        return None
    return _shared(dict(old.values), dict(new.values))


def _shared(old: dict[str, int], new: dict[str, int]) -> Decimal:
    def share(mine: dict[str, int], other: dict[str, int]) -> Decimal:
        known = sum(rows for value, rows in mine.items() if value in other)
        return Decimal(known) / max(sum(mine.values()), 1)

    return min(share(old, new), share(new, old))


def _by_values(
    old: Columns, new: Columns, old_profile: TableProfile, new_profile: TableProfile, thresholds: Thresholds
) -> tuple[list[ColumnPair], list[Hint]]:
    """Pairs by the same codes where each is the other's only candidate, and hints where there are several."""
    found: list[tuple[FormatColumn, FormatColumn, Decimal]] = []
    for a in old:
        for b in new:
            one, other = old_profile.column(a.name), new_profile.column(b.name)
            if one is None or other is None or a.kind != b.kind:
                continue
            share = shared_values(one, other)
            telling = min(len(one.values), len(other.values)) >= thresholds.same_values_distinct
            if share is not None and telling and share >= thresholds.same_values:
                found.append((a, b, share))
    times = Counter(id(a) for a, _, _ in found), Counter(id(b) for _, b, _ in found)
    pairs, hints = [], []
    for a, b, share in found:
        words = f"{share:.0%} 以上的行取值在对方的取值范围内"
        if times[0][id(a)] == times[1][id(b)] == 1:
            pairs.append(ColumnPair(a, b, f"取值相同（{words}）"))
        else:
            hints.append(Hint(a, b, f"{words}，但相似的列不止一个，不能确定"))
    return pairs, hints


def _by_shape(
    old: Columns,
    new: Columns,
    pairs: list[ColumnPair],
    old_profile: TableProfile,
    new_profile: TableProfile,
    thresholds: Thresholds,
) -> list[Hint]:
    """Hints: left-over columns that follow the same column and whose values have the same telling forms."""
    partner = {id(pair.old): id(pair.new) for pair in pairs}
    before = {id(column): id(new[place - 1]) if place else 0 for place, column in enumerate(new)}
    missing, added = _left(old, new, pairs)
    hints = []
    for a in missing:
        place = old.index(a)
        ahead = partner.get(id(old[place - 1])) if place else 0
        for b in added:
            one, other = old_profile.column(a.name), new_profile.column(b.name)
            if one is None or other is None or a.kind != b.kind or before[id(b)] != ahead:
                continue
            if _alike(one, other, thresholds):
                hints.append(Hint(a, b, "位置与值的形态相同，但不足以确定是改名"))
    return hints


def _alike(one: ColumnProfile, other: ColumnProfile, thresholds: Thresholds) -> bool:
    """Whether two columns have the same forms, and such as tell something: not any text, nor digits of any length."""
    if one.form in ("", *VAGUE) or (one.form == DIGITS and one.longest != other.longest):
        return False
    return one.form == other.form and _shared(dict(one.shapes), dict(other.shapes)) >= thresholds.same_values

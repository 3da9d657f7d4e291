"""Which table of the prior year is which table of this year, and which columns moved to another table."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.drift.columns import ColumnPair, pair_columns
from schemas.drift.thresholds import Thresholds
from schemas.format import FormatColumn, FormatTable
from schemas.words import plain

Tables = Sequence[FormatTable]

OPPOSITES = (
    ("门诊", "住院"),
    ("入库", "出库"),
    ("检查", "检验"),
    ("药库", "药房"),
    ("MZ", "ZY"),
    ("OTP", "IPT"),
    ("INVENTORY", "DELIVER"),
)


@dataclass(frozen=True)
class TablePair:
    """The same table on both sides; `evidence` says in Chinese what that rests on, empty for the same name."""

    old: FormatTable
    new: FormatTable
    evidence: str = ""


@dataclass(frozen=True)
class Move:
    """Columns of an old table that stand in another table now; `kind` is that of the difference."""

    old: FormatTable
    new: FormatTable
    columns: tuple[ColumnPair, ...]
    kind: str


@dataclass(frozen=True)
class Rest:
    """A table with its columns that found no partner; `paired` tells whether the table itself has one."""

    table: FormatTable
    columns: tuple[FormatColumn, ...]
    paired: bool


def pair_tables(old: Tables, new: Tables, thresholds: Thresholds) -> list[TablePair]:
    """Pair tables by name, then by title, then by their columns; in the old order."""
    pairs = [TablePair(a, b) for a, b in _alone(old, new, lambda table: table.name)]
    pairs += [TablePair(a, b) for a, b in _alone(*_left(old, new, pairs), lambda table: table.name.casefold())]
    titled = _alone(*_left(old, new, pairs), lambda table: plain(table.title))
    pairs += [TablePair(a, b, f"标题相同（{a.title}）") for a, b in titled]
    pairs += _by_columns(*_left(old, new, pairs), thresholds)
    return sorted(pairs, key=lambda pair: old.index(pair.old))


def _left(old: Tables, new: Tables, pairs: list[TablePair]) -> tuple[list[FormatTable], list[FormatTable]]:
    used_old, used_new = {id(pair.old) for pair in pairs}, {id(pair.new) for pair in pairs}
    return [one for one in old if id(one) not in used_old], [one for one in new if id(one) not in used_new]


def _alone(old: Tables, new: Tables, key: Callable[[FormatTable], str]) -> list[tuple[FormatTable, FormatTable]]:
    """Pairs with the same key, where no other table on either side has it."""
    counts = Counter(key(table) for table in old), Counter(key(table) for table in new)
    there = {key(table): table for table in new}
    return [
        (table, there[word]) for table in old if (word := key(table)) and counts[0][word] == 1 and counts[1][word] == 1
    ]


def _by_columns(old: Tables, new: Tables, thresholds: Thresholds) -> list[TablePair]:
    """Pairs whose columns agree: the greatest share of both tables' columns first."""
    scores = []
    for a in old:
        for b in new:
            size, same = len(a.columns) + len(b.columns), len(pair_columns(a.columns, b.columns, thresholds).pairs)
            if same and not _opposed(a, b) and 2 * same >= thresholds.table_share * size:
                counts = f"上年 {len(a.columns)} 列、本年 {len(b.columns)} 列"
                scores.append((2 * same / size, a, b, f"{counts}，其中 {same} 列的列名、中文名称或标准字段相同"))
    pairs: list[TablePair] = []
    for _, a, b, evidence in sorted(scores, key=lambda score: -score[0]):
        if not any(pair.old is a or pair.new is b for pair in pairs):
            pairs.append(TablePair(a, b, evidence))
    return pairs


def _opposed(old: FormatTable, new: FormatTable) -> bool:
    """Whether two tables speak of opposite things and are alike for that very reason."""
    one, other = _words(old), _words(new)
    return any((a in one and b in other) or (b in one and a in other) for a, b in OPPOSITES)


def _words(table: FormatTable) -> set[str]:
    listed = {word for pair in OPPOSITES for word in pair if word in table.title}
    return listed | set(re.split(r"[\W_]+", table.name.upper()))


def find_moves(old: Sequence[Rest], new: Sequence[Rest], thresholds: Thresholds) -> list[Move]:
    """Columns that left one table and turned up in another, most columns first; each column is used once.

    A table that only disappeared and a table that only appeared are not brought together here, however many
    columns they share, unless another table has a part in it.
    """
    candidates = [
        (a, b, pairs)
        for a in old
        for b in new
        if len(pairs := _matching(a.columns, b.columns, thresholds)) >= max(thresholds.moved_columns, 1)
    ]
    moves: list[tuple[Rest, Rest, tuple[ColumnPair, ...]]] = []
    used: set[int] = set()
    for a, b, _ in sorted(candidates, key=lambda candidate: -len(candidate[2])):
        pairs = _matching(_free(a.columns, used), _free(b.columns, used), thresholds)
        if len(pairs) >= max(thresholds.moved_columns, 1):
            moves.append((a, b, pairs))
            used |= {id(column) for pair in pairs for column in (pair.old, pair.new)}
    times = Counter(id(table) for a, b, _ in moves for table in (a, b))
    return [
        Move(a.table, b.table, pairs, _kind(a, b, times[id(a)] > 1))
        for a, b, pairs in moves
        if a.paired or b.paired or times[id(a)] > 1 or times[id(b)] > 1
    ]


def _matching(
    old: Sequence[FormatColumn], new: Sequence[FormatColumn], thresholds: Thresholds
) -> tuple[ColumnPair, ...]:
    return pair_columns(old, new, thresholds).pairs


def _free(columns: Sequence[FormatColumn], used: set[int]) -> list[FormatColumn]:
    return [column for column in columns if id(column) not in used]


def _kind(old: Rest, new: Rest, several: bool) -> str:
    if old.paired and new.paired:
        return "columns_moved"
    if old.paired or (several and not new.paired):
        return "table_split"
    return "table_merged"

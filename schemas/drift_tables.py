"""Which table of the prior year is which table of this year, and which columns moved to another table."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.drift_columns import ColumnPair, pair_columns
from schemas.format import FormatColumn, FormatTable
from schemas.thresholds import Thresholds
from schemas.words import plain

Tables = Sequence[FormatTable]


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
    """Pairs whose columns agree: the greatest share of the larger table's columns first."""
    scores = []
    for a in old:
        for b in new:
            size, same = max(len(a.columns), len(b.columns)), len(pair_columns(a.columns, b.columns, thresholds).pairs)
            if same and same >= thresholds.table_share * size:
                scores.append((same / size, a, b, f"较大的表 {size} 列中有 {same} 列的列名、中文名称或标准字段相同"))
    pairs: list[TablePair] = []
    for _, a, b, evidence in sorted(scores, key=lambda score: -score[0]):
        if not any(pair.old is a or pair.new is b for pair in pairs):
            pairs.append(TablePair(a, b, evidence))
    return pairs


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
    sources, targets = Counter(id(b) for _, b, _ in candidates), Counter(id(a) for a, _, _ in candidates)
    moves: list[Move] = []
    used: set[int] = set()
    for a, b, _ in sorted(candidates, key=lambda candidate: -len(candidate[2])):
        if not (a.paired or b.paired or sources[id(b)] > 1 or targets[id(a)] > 1):
            continue
        free = _free(a.columns, used), _free(b.columns, used)
        pairs = _matching(*free, thresholds)
        if len(pairs) >= max(thresholds.moved_columns, 1):
            moves.append(Move(a.table, b.table, pairs, _kind(a, b, targets[id(a)] > 1)))
            used |= {id(column) for pair in pairs for column in (pair.old, pair.new)}
    return moves


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

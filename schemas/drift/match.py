"""Everything that is the same on both sides: tables, their columns, and the columns that moved or fell into parts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.drift.columns import ColumnPair, ColumnPairing, pair_columns
from schemas.drift.parts import Parts, Side, find_parts
from schemas.drift.period import Period
from schemas.drift.tables import Move, Rest, TablePair, find_moves, pair_tables
from schemas.drift.thresholds import Thresholds
from schemas.format import Format, FormatColumn, FormatTable
from schemas.profile import Profile, TableProfile
from schemas.words import plain


@dataclass(frozen=True)
class Both:
    """The two sides, and the months in which their data are compared; `period` is None without data on both."""

    old: Format
    new: Format
    old_profile: Profile | None
    new_profile: Profile | None
    thresholds: Thresholds
    period: Period | None

    def data(self, old: FormatTable, new: FormatTable) -> tuple[TableProfile | None, TableProfile | None]:
        """The profiles of a table of either side."""
        return (
            self.old_profile.table(old.name) if self.old_profile else None,
            self.new_profile.table(new.name) if self.new_profile else None,
        )


@dataclass(frozen=True)
class Matched:
    """A pair of tables with its columns; `split` and `merged` are the columns found in parts."""

    pair: TablePair
    columns: ColumnPairing
    split: tuple[Parts, ...] = ()
    merged: tuple[Parts, ...] = ()


@dataclass(frozen=True)
class Moved:
    """Columns in another table; `lost` are those of a dissolved table that turned up nowhere."""

    move: Move
    lost: tuple[FormatColumn, ...] = ()


@dataclass(frozen=True)
class Matching:
    """All that was matched, and the tables that have nothing on the other side."""

    matched: tuple[Matched, ...]
    moved: tuple[Moved, ...]
    missing: tuple[FormatTable, ...]
    added: tuple[FormatTable, ...]

    @property
    def pairs(self) -> tuple[ColumnPair, ...]:
        """Every column that is on both sides, in the order of the tables."""
        found = [pair for one in self.matched for pair in one.columns.pairs]
        return (*found, *(pair for one in self.moved for pair in one.move.columns))


def match(both: Both) -> Matching:
    """Match the tables and columns of both sides."""
    matched = [_columns(pair, both) for pair in pair_tables(both.old.tables, both.new.tables, both.thresholds)]
    old = {id(one.pair.old): one.columns.missing for one in matched}
    new = {id(one.pair.new): one.columns.added for one in matched}
    shared = _shared(both)
    moves = find_moves(
        [_rest(table, old, shared) for table in both.old.tables],
        [_rest(table, new, shared) for table in both.new.tables],
        both.thresholds,
    )
    gone = {id(column) for move in moves for pair in move.columns for column in (pair.old, pair.new)}
    dissolved = {id(move.old) for move in moves} - set(old)
    founded = {id(move.new) for move in moves} - set(new)
    return Matching(
        tuple(_without(one, gone) for one in matched),
        tuple(_lost(moves, dissolved, both.thresholds)),
        tuple(table for table in both.old.tables if id(table) not in {*old, *dissolved}),
        tuple(table for table in both.new.tables if id(table) not in {*new, *founded}),
    )


def _shared(both: Both) -> set[str]:
    """Names that stand in many tables of a format: to find one of them in another table tells nothing."""
    found: set[str] = set()
    for form in (both.old, both.new):
        times = Counter(name for table in form.tables for name in {plain(column.name) for column in table.columns})
        found |= {name for name, tables in times.items() if tables >= max(both.thresholds.shared_tables, 2)}
    return found


def _rest(table: FormatTable, left: dict[int, tuple[FormatColumn, ...]], shared: set[str]) -> Rest:
    columns = left.get(id(table), table.columns)
    return Rest(table, tuple(one for one in columns if plain(one.name) not in shared), id(table) in left)


def _columns(pair: TablePair, both: Both) -> Matched:
    """Pair the columns of two tables, and take those that were split or merged out of the missing and the added."""
    old, new = both.data(pair.old, pair.new)
    one = Matched(pair, pair_columns(pair.old.columns, pair.new.columns, both.thresholds, old, new))
    split = find_parts(Side(one.columns.missing, pair.old.columns, old), Side(one.columns.added, pair.new.columns, new))
    left = _without(one, _used(split))
    merged = find_parts(
        Side(left.columns.added, pair.new.columns, new), Side(left.columns.missing, pair.old.columns, old)
    )
    return replace(_without(left, _used(merged)), split=tuple(split), merged=tuple(merged))


def _used(found: Sequence[Parts]) -> set[int]:
    return {id(column) for parts in found for column in (parts.whole, parts.first, parts.second)}


def _without(one: Matched, used: set[int]) -> Matched:
    columns = one.columns
    left = replace(
        columns,
        missing=tuple(column for column in columns.missing if id(column) not in used),
        added=tuple(column for column in columns.added if id(column) not in used),
        hints=tuple(hint for hint in columns.hints if not {id(hint.old), id(hint.new)} & used),
    )
    return replace(one, columns=left)


def _lost(moves: Sequence[Move], dissolved: set[int], thresholds: Thresholds) -> list[Moved]:
    """With the first move of a dissolved table stand its columns that are in none of the tables it went to."""
    found = []
    told: set[int] = set()
    for move in moves:
        lost: tuple[FormatColumn, ...] = ()
        if id(move.old) in dissolved - told:
            told.add(id(move.old))
            targets = [other.new for other in moves if other.old is move.old]
            there = {
                id(pair.old)
                for target in targets
                for pair in pair_columns(move.old.columns, target.columns, thresholds).pairs
            }
            lost = tuple(column for column in move.old.columns if id(column) not in there)
        found.append(Moved(move, lost))
    return found

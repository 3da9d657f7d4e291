"""The rows of a table: cleaned, counted and written to Parquet, batch by batch."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.learn.header import Head
from flows.learn.sheet import Note

_GAP = "[\\s\u3000]*"
TOTAL = (
    rf"(?:本页|本月|本年|本期|当页|全年|全院|金额|费用|总)?{_GAP}(?:合|总|小|共|累){_GAP}计{_GAP}"
    rf"(?:金额|数|行|[(（].*[)）])?{_GAP}[:：]?"
)
_FULL_WIDTH = "[０-９]"

Cell = TypeVar("Cell")


@dataclass(frozen=True)
class Names:
    """The unique names of a table's columns, those that we had to give (`列5`), and what is to be said of them."""

    columns: tuple[str, ...]
    given: frozenset[str]
    notes: tuple[Note, ...]


def name_columns(header: tuple[str, ...], place: str) -> Names:
    """Make the names of a header unique, letter case aside, and name what has none."""
    names: list[str] = []
    given: set[str] = set()
    notes: list[Note] = []
    taken = {name.casefold() for name in header}
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        wanted = name or f"列{number}"
        unique, count = wanted, 0
        while unique.casefold() in seen or (unique != name and unique.casefold() in taken):
            count += 1
            unique = f"{wanted}_{count}"
        seen.add(unique.casefold())
        names.append(unique)
        if not name:
            given.add(unique)
        elif unique != name:
            text = f"表头中 {name} 重复出现，第 {number} 列记作 {unique}。"
            notes.append(Note(place, "duplicate_column", text, column=unique))
    return Names(tuple(names), frozenset(given), tuple(notes))


class Body:
    """Writes the data rows of one table.

    Blank rows, rows that repeat the head and rows of totals are left out; outer blanks are stripped; full-width
    digits stay. Everything is counted, and said in `notes`.

    Args:
        path: the Parquet file to write.
        head: the head that the rows may repeat.
        names: the columns.
        place: what notes call the table.
    """

    def __init__(self, path: Path, head: Head, names: Names, place: str) -> None:
        self.path = path
        self.count = 0
        self.kept: tuple[int, ...] = tuple(range(len(names.columns)))
        self._head = head
        self._names = names
        self._place = place
        self._schema = pa.schema([(name, pa.string()) for name in names.columns])
        self._writer = pq.ParquetWriter(path, self._schema)
        self._dropped: Counter[str] = Counter()
        self._filled = np.zeros(len(names.columns), np.int64)
        self._trimmed = np.zeros(len(names.columns), np.int64)
        self._full_width = np.zeros(len(names.columns), np.int64)

    def close(self) -> None:
        """Finish the file; a column without a name and without data was never a column of the table."""
        self._writer.close()
        empty = {
            place
            for place, name in enumerate(self._names.columns)
            if name in self._names.given and not self._filled[place]
        }
        if empty:
            self.kept = tuple(place for place in self.kept if place not in empty)
            _select(self.path, [self._names.columns[place] for place in self.kept])

    def write(self, columns: list[Any]) -> Any:
        """Write one batch.

        Args:
            columns: one Arrow array of text per column.

        Returns:
            A Boolean numpy array: which rows are data.
        """
        columns = [self._clean(place, column) for place, column in enumerate(columns)]
        filled = np.sum([column.is_valid().to_numpy(zero_copy_only=False) for column in columns], axis=0)
        data = np.ones(len(columns[0]), bool)
        for kind, rows in (
            ("blank_rows", filled == 0),
            ("repeated_header", self._repeats(columns)),
            ("totals_row", self._totals(columns, filled)),
        ):
            self._dropped[kind] += int(np.sum(rows & data))
            data &= ~rows
        table = pa.Table.from_arrays(columns, schema=self._schema)
        if not data.all():
            table = table.filter(pa.array(data))
        self.count += table.num_rows
        self._filled += [table.num_rows - column.null_count for column in table.columns]
        self._writer.write_table(table)
        return data

    def drop(self, kind: str, rows: int) -> None:
        """Count rows that a reader has left out itself."""
        self._dropped[kind] += rows

    def pick(self, values: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Of one value per column those whose columns stay; an empty tuple stays empty."""
        return tuple(values[place] for place in self.kept) if values else ()

    def _clean(self, place: int, column: Any) -> Any:
        stripped = pc.utf8_trim_whitespace(column)
        changed = pc.sum(pc.not_equal(column, stripped)).as_py()
        if changed:
            self._trimmed[place] += changed
            column = pc.if_else(pc.equal(stripped, ""), pa.scalar(None, pa.string()), stripped)
        self._full_width[place] += pc.sum(pc.match_substring_regex(column, _FULL_WIDTH)).as_py() or 0
        return column

    def _repeats(self, columns: list[Any]) -> Any:
        """Rows whose every cell stands in the same place of a row of the head."""
        found = np.zeros(len(columns[0]), bool)
        for row in self._head.rows:
            same = np.ones(len(columns[0]), bool)
            for column, cell in zip(columns, row, strict=True):
                equal = pc.equal(column, cell) if cell else column.is_null()
                same &= equal.fill_null(False).to_numpy(zero_copy_only=False)
                if not same.any():
                    break
            found |= same
        return found

    def _totals(self, columns: list[Any], filled: Any) -> Any:
        """Rows that are mostly empty and say 合计 or the like."""
        width = len(columns)
        found = np.zeros(len(columns[0]), bool)
        candidates = np.flatnonzero((filled <= max(width / 2, 2)) & (filled < width))
        if len(candidates):
            for column in columns:
                texts = column.take(pa.array(candidates))
                says = pc.match_substring_regex(texts, f"^(?:{TOTAL})$").fill_null(False)
                found[candidates] |= says.to_numpy(zero_copy_only=False)
        return found

    def notes(self) -> tuple[Note, ...]:
        """What was met in the rows."""
        place, names = self._place, self._names.columns
        notes = []
        if self._head.prose:
            text = f"表头之外有 {self._head.prose} 行标题或说明，没有当作数据。"
            notes.append(Note(place, "prose_rows", text, self._head.prose))
        if self._head.types:
            notes.append(Note(place, "type_row", "表头旁有一行字段类型。", 1))
        if self._head.labels:
            notes.append(Note(place, "label_row", "表头有两行名称，一行作列名，一行作中文名。", 1))
        notes += self._names.notes
        for at in self.kept:
            if names[at] in self._names.given:
                text = f"第 {at + 1} 列有数据而没有列名，记作 {names[at]}。"
                notes.append(Note(place, "unnamed_column", text, int(self._filled[at]), names[at]))
        for kind, rows in sorted(self._dropped.items()):
            if rows:
                notes.append(Note(place, kind, _DROPPED[kind].format(rows=rows), rows))
        for at in self.kept:
            if self._trimmed[at]:
                text = f"{names[at]} 列有 {self._trimmed[at]} 个值前后带空白，已去掉。"
                notes.append(Note(place, "trailing_blanks", text, int(self._trimmed[at]), names[at]))
            if self._full_width[at]:
                text = f"{names[at]} 列有 {self._full_width[at]} 个值含全角数字，保持原样。"
                notes.append(Note(place, "full_width_digits", text, int(self._full_width[at]), names[at]))
        return tuple(notes)


def _select(path: Path, names: list[str]) -> None:
    """Rewrite a Parquet file with these columns only."""
    full = path.rename(path.with_suffix(".full"))
    with (
        pq.ParquetFile(full) as source,
        pq.ParquetWriter(path, pa.schema([(name, pa.string()) for name in names])) as to,
    ):
        for batch in source.iter_batches(columns=names):
            to.write_batch(batch)
    full.unlink()


_DROPPED = {
    "blank_rows": "数据中有 {rows} 个空行，已去掉。",
    "repeated_header": "数据中有 {rows} 行是重复的表头，已去掉。",
    "totals_row": "数据中有 {rows} 行是合计，已去掉。",
}

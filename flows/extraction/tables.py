"""A table of the source, part by part: what is held whole is kept when it can be proved, the rest is read."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from exports.seal.digests import file_sha256
from flows.extraction.ahead import ahead
from flows.extraction.cutting import Part, cuts_of, is_indexed, parts_of
from flows.extraction.ledger import KeptPart, PartLedger, part_file, untyped_file
from flows.extraction.manners import Pace
from flows.extraction.reading import read_part
from flows.job import Tell
from flows.sources.catalogue import SourceTable
from flows.sources.connection import Connection, Totals
from flows.sources.digest import digest_of
from schemas.adapter import RawTable

CHANGED = "源库中这部分已经改变"
UNPROVED = "数据源不能证明这部分没有改变"


@dataclass
class Reading:
    """One connection, in one snapshot, that fills a raw folder.

    `fresh` are the parts (table, name) that stem from this snapshot or were proved in it.
    """

    source: Connection
    raw: Path
    ledger: PartLedger
    pace: Pace
    timezone: str
    tell: Tell
    fresh: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def catalogue(self) -> tuple[SourceTable, ...]:
        """What the source tells of itself, asked once and only when a table is large."""
        return self.source.catalogue()

    def table(self, table: RawTable, columns: tuple[str, ...], where: str, asked: Totals) -> list[KeptPart]:
        """Every part of a table, read or kept.

        Args:
            table: the source table.
            columns: what is read of it.
            where: its rows, with WHERE, or empty.
            asked: what the source itself counts.

        Raises:
            SourceLostError: the connection broke; what was read until then is kept.
            ClosedHoursError: the hours of the source are over.
        """
        declared = self.source.columns(table.real_name)
        types = {column: declared[column] for column in columns}
        return [
            self._part(table, types, part)
            for part in parts_of(table, where, self._cuts(table, asked), self.source.dialect)
        ]

    def _cuts(self, table: RawTable, asked: Totals) -> tuple[str, ...]:
        held = self.ledger.cuts(table.name)
        if held is not None:
            return held
        rows = self.pace.manners.part_rows
        large = bool(table.month) and asked.rows > rows and not self.source.stands
        cuts = cuts_of(asked, rows) if large and is_indexed(table, self.catalogue) else ()
        self.ledger.note_cuts(table.name, cuts)
        return cuts

    def _part(self, table: RawTable, types: dict[str, pa.DataType], part: Part) -> KeptPart:
        self.pace.require_hours()
        asks = _asks(types, part)
        held = self.ledger.held(table.name, part.name, asks)
        if held and self._still_true(table, held, tuple(types), part):
            self.fresh.append((table.name, part.name))
            return held
        self.tell(f"抽取 {table.name}" + (f" {part.name}" if part.name.isdigit() else ""))
        with ahead(self.source.read(table.real_name, tuple(types), part.where)) as batches:
            slowed = self.pace.slowed(batches)
            totals, unreadable = read_part(slowed, table, types, self.timezone, self.raw, part.name)
        place = self.raw, table.name, part.name
        sha256, untyped = file_sha256(part_file(*place)), file_sha256(untyped_file(*place))
        stands, wrong = self.source.stands, tuple(sorted(unreadable))
        kept = KeptPart(table.name, part.name, asks, stands, totals, wrong, sha256, untyped)
        self.ledger.note_part(kept)
        self.fresh.append((table.name, part.name))
        if held is None:
            self.pace.gained()
        return kept

    def _still_true(self, table: RawTable, held: KeptPart, columns: tuple[str, ...], part: Part) -> bool:
        """Whether a part of an earlier connection is what the source holds in this snapshot."""
        if held.stands and held.stands == self.source.stands:
            return True
        self.tell(f"核对已抽取的 {held.table}")
        theirs = self.source.digest(table.real_name, columns, part.where)
        if theirs is None:
            self.ledger.note_again(held.table, held.name, CHANGED if held.stands else UNPROVED)
            return False
        if theirs != digest_of([part_file(self.raw, held.table, held.name)], columns):
            self.ledger.note_again(held.table, held.name, CHANGED)
            return False
        self.ledger.note_proved(held.table, held.name)
        return True


def _asks(types: dict[str, pa.DataType], part: Part) -> str:
    """A digest of what is asked for."""
    question = [part.where, [[column, str(kind)] for column, kind in types.items()]]
    return hashlib.sha256(json.dumps(question, ensure_ascii=False).encode()).hexdigest()

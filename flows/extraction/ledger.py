"""The parts of a raw folder that are whole: one line each in `_parts.jsonl`, written when the part's file has its name.

A part that a machine lost in the middle of writing has no line and is read again; so is one whose file, or what could
not be typed of it, is not what its line says.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.durable import append_line, read_lines
from exports.seal.digests import file_sha256
from flows.sources.connection import Totals

PARTS = "_parts.jsonl"
ASIDE = "_untyped"


@dataclass(frozen=True)
class KeptPart:
    """A part as it was read.

    `asks` is a digest of what was asked (rows, columns, types); `stands` what the source said of standing still;
    `unreadable` are the columns in which something could not be typed; `untyped` is the digest of the file that holds
    it, empty where all could.
    """

    table: str
    name: str
    asks: str
    stands: str
    totals: Totals
    unreadable: tuple[str, ...]
    sha256: str
    untyped: str = ""

    def record(self) -> dict[str, Any]:
        """As a line of the ledger."""
        return {
            "part": f"{self.table}/{self.name}",
            "asks": self.asks,
            "stands": self.stands,
            "totals": totals_record(self.totals),
            "unreadable": list(self.unreadable),
            "sha256": self.sha256,
            "untyped": self.untyped,
        }


class PartLedger:
    """What a raw folder holds whole, and how its tables were cut."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._parts: dict[str, KeptPart] = {}
        self._cuts: dict[str, tuple[str, ...]] = {}
        for record in part_lines(raw):
            if "part" in record:
                part = _kept(record)
                self._parts[record["part"]] = part
            elif "cut" in record:
                self._cuts[record["cut"]] = tuple(record["at"])

    def cuts(self, table: str) -> tuple[str, ...] | None:
        """Where a table was cut when its reading began; None when it did not."""
        return self._cuts.get(table)

    def note_cuts(self, table: str, cuts: tuple[str, ...]) -> None:
        """Keep how a table is cut, so that a later connection cuts it alike."""
        self._cuts[table] = cuts
        self._write({"cut": table, "at": list(cuts)})

    def held(self, table: str, name: str, asks: str) -> KeptPart | None:
        """A part that was read for the same question and whose files are what they were."""
        part = self._parts.get(f"{table}/{name}")
        if part is None or part.asks != asks:
            return None
        files = part_file(self._raw, table, name), untyped_file(self._raw, table, name)
        return part if [*map(file_sha256, files)] == [part.sha256, part.untyped] else None

    def note_part(self, part: KeptPart) -> None:
        """Keep a part whose file has its name."""
        self._parts[f"{part.table}/{part.name}"] = part
        self._write(part.record())

    def note_again(self, table: str, name: str, reason: str) -> None:
        """Say why a part that was held is read again."""
        self._write({"again": f"{table}/{name}", "reason": reason})

    def note_proved(self, table: str, name: str) -> None:
        """Say that a part of an earlier connection was proved to be what the source holds now."""
        self._write({"proved": f"{table}/{name}"})

    def _write(self, record: dict[str, Any]) -> None:
        append_line(self._raw / PARTS, record)


def part_file(raw: Path, table: str, name: str) -> Path:
    """Where a part lies."""
    return raw / table / f"{name}.parquet"


def untyped_file(raw: Path, table: str, name: str) -> Path:
    """Where what could not be typed of one part lies until all parts are whole."""
    return raw / ASIDE / f"{table}.{name}.parquet"


def part_lines(raw: Path) -> list[dict[str, Any]]:
    """Every line of the ledger of a raw folder, in order."""
    return read_lines(raw / PARTS)


def totals_record(totals: Totals) -> dict[str, Any]:
    """Totals for JSON: amounts as text."""
    record: dict[str, Any] = {"rows": totals.rows, "sums": {c: str(value) for c, value in totals.sums.items()}}
    if totals.months:
        record["months"] = {month: totals_record(one) for month, one in totals.months.items()}
    return record


def totals_from(record: dict[str, Any]) -> Totals:
    """What `totals_record` made a record of."""
    sums = {column: Decimal(value) for column, value in record["sums"].items()}
    return Totals(record["rows"], sums, {month: totals_from(one) for month, one in record.get("months", {}).items()})


def _kept(record: dict[str, Any]) -> KeptPart:
    table, _, name = record["part"].rpartition("/")
    return KeptPart(
        table,
        name,
        record["asks"],
        record["stands"],
        totals_from(record["totals"]),
        tuple(record["unreadable"]),
        record["sha256"],
        record.get("untyped", ""),
    )

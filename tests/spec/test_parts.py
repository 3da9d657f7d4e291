"""How a table is cut into parts, and how the parts are kept."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.durable import append_line
from exports.seal.digests import file_sha256
from flows.extraction.cutting import WHOLE, cuts_of, is_indexed, parts_of
from flows.extraction.ledger import (
    PARTS,
    KeptPart,
    PartLedger,
    part_file,
    part_lines,
    untyped_file,
)
from flows.extraction.reading import read_part, row_names
from flows.sources.catalogue import SourceIndex, SourceTable
from flows.sources.connection import Totals, together
from flows.sources.dialect import Dialect
from schemas.adapter import RawTable

DATES = st.one_of(
    st.none(),
    st.sampled_from(["", "0000-00-00", "2024-02-31", "9999-12-31 00:00:00", "20240101", "not a date"]),
    st.dates(date(2023, 11, 1), date(2025, 3, 1)).map(str),
)
MONTHS = st.dictionaries(
    st.dates(date(2023, 1, 1), date(2025, 12, 31)).map(lambda day: f"{day:%Y%m}") | st.just(""), st.integers(1, 900)
)
FEES = RawTable("fees", ("id",), ("id", "day", "yuan"), totals=("yuan",), month="day")
TYPES = {"id": pa.int64(), "day": pa.string(), "yuan": pa.decimal128(16, 2)}


def counted(months: dict[str, int]) -> Totals:
    return Totals(sum(months.values()), {}, {month: Totals(rows, {}) for month, rows in months.items()})


def rows(*days: str | None, bad: str = "1.10") -> Iterator[pa.RecordBatch]:
    values = [[str(number) for number in range(len(days))], list(days), [bad, *["1.10"] * (len(days) - 1)]]
    yield pa.RecordBatch.from_arrays([pa.array(one, pa.string()) for one in values], names=list(TYPES))


@given(st.lists(DATES, max_size=40), MONTHS, st.integers(1, 500))
def test_the_parts_of_a_table_never_overlap_and_leave_nothing_out(
    days: list[str | None], months: dict[str, int], part_rows: int
) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE fees (id INTEGER, day TEXT, yuan TEXT)")
    database.executemany("INSERT INTO fees VALUES (?, ?, '1')", enumerate(days))
    parts = parts_of(FEES, " WHERE id >= 0 OR id < 0", cuts_of(counted(months), part_rows), Dialect())
    found = [row[0] for part in parts for row in database.execute(f"SELECT id FROM fees{part.where}")]
    assert sorted(found) == list(range(len(days)))


@given(MONTHS, st.integers(1, 2000))
def test_a_part_has_more_rows_than_wanted_only_when_a_month_has(months: dict[str, int], part_rows: int) -> None:
    cuts = [cut[:7].replace("-", "") for cut in cuts_of(counted(months), part_rows)]
    for first, until in zip(["", *cuts], [*cuts, "999999"], strict=True):
        held = {month: count for month, count in months.items() if first <= month < until}
        assert sum(held.values()) <= part_rows or len([month for month in held if month]) <= 1


def test_a_small_table_is_one_part() -> None:
    [part] = parts_of(FEES, " WHERE x = 1", (), Dialect())
    assert (part.name, part.where) == (WHOLE, " WHERE x = 1")


@given(st.lists(st.dictionaries(st.sampled_from(["", "202401", "202402"]), st.integers(0, 99)), min_size=1, max_size=5))
def test_the_totals_of_parts_add_up_month_by_month(parts: list[dict[str, int]]) -> None:
    made = [
        Totals(
            sum(months.values()),
            {"yuan": Decimal(sum(months.values()))},
            {month: Totals(count, {"yuan": Decimal(count)}) for month, count in months.items()},
        )
        for months in parts
    ]
    whole = together(made)
    assert whole.rows == whole.sums["yuan"] == sum(count for months in parts for count in months.values())
    assert all(total.rows == sum(months.get(month, 0) for months in parts) for month, total in whole.months.items())


def held(raw: Path, ledger: PartLedger) -> KeptPart | None:
    return ledger.held("fees", "202401", "asked")


@pytest.fixture
def kept(tmp_path: Path) -> PartLedger:
    totals, unreadable = read_part(rows("2024-01-01", None), FEES, TYPES, "Asia/Shanghai", tmp_path, "202401")
    sha256 = file_sha256(part_file(tmp_path, "fees", "202401"))
    PartLedger(tmp_path).note_part(KeptPart("fees", "202401", "asked", "", totals, tuple(unreadable), sha256))
    return PartLedger(tmp_path)


def test_a_part_comes_back_as_it_was_counted(kept: PartLedger, tmp_path: Path) -> None:
    part = held(tmp_path, kept)
    assert part is not None
    assert part.totals == Totals(
        2,
        {"yuan": Decimal("2.20")},
        {"": Totals(1, {"yuan": Decimal("1.10")}), "202401": Totals(1, {"yuan": Decimal("1.10")})},
    )


def test_a_part_that_was_read_for_another_question_is_not_held(kept: PartLedger) -> None:
    assert kept.held("fees", "202401", "asked otherwise") is None


def test_a_part_whose_file_was_touched_is_not_held(kept: PartLedger, tmp_path: Path) -> None:
    path = part_file(tmp_path, "fees", "202401")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert held(tmp_path, kept) is None


def test_a_part_whose_line_was_torn_is_not_held_and_the_next_line_is_whole(kept: PartLedger, tmp_path: Path) -> None:
    path = tmp_path / PARTS
    path.write_text(path.read_text()[:40])
    torn = PartLedger(tmp_path)
    assert held(tmp_path, torn) is None
    torn.note_cuts("fees", ("2024-02-01",))
    assert PartLedger(tmp_path).cuts("fees") == ("2024-02-01",)


def test_a_part_cut_in_the_middle_leaves_no_file_of_its_name(tmp_path: Path) -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield from rows("2024-01-01")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        read_part(broken(), FEES, TYPES, "Asia/Shanghai", tmp_path, "202401")
    assert not part_file(tmp_path, "fees", "202401").exists()


def test_what_could_not_be_typed_of_a_part_waits_beside_it(tmp_path: Path) -> None:
    _, unreadable = read_part(rows("2024-01-01", bad="1,10"), FEES, TYPES, "Asia/Shanghai", tmp_path, "all")
    assert unreadable == {"yuan"}
    [row] = pq.read_table(tmp_path / "_untyped" / "fees.all.parquet").to_pylist()
    assert (row["_row"], row["column"], row["value"]) == ("fees:0", "yuan", "1,10")


def test_the_ledger_of_parts_is_lines_of_json(kept: PartLedger, tmp_path: Path) -> None:
    [line] = map(json.loads, (tmp_path / PARTS).read_text().splitlines())
    assert line["part"] == "fees/202401"
    assert line["totals"]["sums"] == {"yuan": "2.20"}


def test_a_part_without_what_could_not_be_typed_of_it_is_not_held(tmp_path: Path) -> None:
    totals, unreadable = read_part(rows("2024-01-01", bad="1,10"), FEES, TYPES, "Asia/Shanghai", tmp_path, "202401")
    files = part_file(tmp_path, "fees", "202401"), untyped_file(tmp_path, "fees", "202401")
    ledger = PartLedger(tmp_path)
    ledger.note_part(KeptPart("fees", "202401", "asked", "", totals, tuple(unreadable), *map(file_sha256, files)))
    assert held(tmp_path, PartLedger(tmp_path)) is not None
    files[1].unlink()
    assert held(tmp_path, PartLedger(tmp_path)) is None


def test_a_line_torn_in_the_middle_of_a_letter_costs_no_other_line(tmp_path: Path) -> None:
    path = tmp_path / PARTS
    append_line(path, {"again": "费用\u2028明细"})
    append_line(path, {"reason": "断"})
    path.write_bytes(path.read_bytes()[:-4])
    append_line(path, {"proved": "fees/all"})
    assert part_lines(tmp_path) == [{"again": "费用\u2028明细"}, {"proved": "fees/all"}]


def test_a_whole_number_in_a_key_has_no_decimal_places() -> None:
    numbers = [Decimal(text) for text in ("12", "100", "0", "-3", "12.5")]
    batch = pa.RecordBatch.from_arrays([pa.array(numbers, pa.decimal128(38, 10))], names=["id"])
    named = ["fees:12", "fees:100", "fees:0", "fees:-3"]
    assert row_names(FEES, batch).to_pylist() == [*named, "fees:12.5000000000"]


def test_an_index_is_found_where_the_engine_tells_names_in_capitals() -> None:
    told = SourceTable("FEES", (), indexes=(SourceIndex("I", ("ORG", "DAY")),))
    assert is_indexed(FEES, [told])
    assert is_indexed(replace(FEES, name="costs", source="fees"), [told])
    assert not is_indexed(FEES, [replace(told, indexes=(SourceIndex("I", ("ORG", "ID", "DAY")),))])
    assert not is_indexed(FEES, [replace(told, name="FEES_OLD")])

"""The canonical CSV: every reader sees the same fields."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.csv_files import find_unsafe, write_part
from exports.parts import OTHER_DATES, Part, cut
from schemas.format import FormatColumn, FormatTable
from tests.house import FORM

TEXT = st.one_of(
    st.none(),
    st.text(min_size=1, max_size=12),
    st.text(alphabet='|@"\r\n\t,; a单', min_size=1, max_size=8),
)


def column(name: str) -> FormatColumn:
    return FormatColumn(
        table="T", seq=1, field=name, name=name, label=name, printed="VARCHAR(100)", kind="text", length=100,
        precision=None, scale=None, key=False, required="no", condition=None, condition_words="", codes=(),
        codes_open=False, std_field="", note="",
    )  # fmt: skip


TABLE = FormatTable("T", "表", True, "", (), None, "none", None, (), "", (column("A"), column("B"), column("C")))


def written(rows: list[tuple[str | None, str | None, str | None]], folder: Path) -> tuple[Path, list[int]]:
    schema = pa.schema([(name, pa.string()) for name in "ABC"])
    source = folder / "t.parquet"
    pq.write_table(pa.Table.from_pylist([dict(zip("ABC", row, strict=True)) for row in rows], schema=schema), source)
    part = Part("T", "t.csv", "", "true", 0, len(rows))
    with duckdb.connect() as database:
        unsafe = find_unsafe(database, TABLE, source, "|@|")
        write_part(database, TABLE, source, part, "|@|", {found.column for found in unsafe}, folder)
    return folder / "t.csv", [found.values for found in unsafe]


def split_on_the_bare_token(path: Path) -> list[tuple[str | None, ...]]:
    """What a loader sees that knows nothing but line ends and the delimiter."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [tuple(field or None for field in line.split("|@|")) for line in lines]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=8))
def test_a_careless_and_a_careful_reader_see_the_same_fields(
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    with TemporaryDirectory() as folder:
        path, _ = written(rows, Path(folder))
        careless = split_on_the_bare_token(path)
        with duckdb.connect() as database:
            careful = database.execute(
                "SELECT * FROM read_csv(?, delim='|@|', quote='\"', header=true, all_varchar=true, auto_detect=false,"
                " columns={'A': 'VARCHAR', 'B': 'VARCHAR', 'C': 'VARCHAR'}, null_padding=false)",
                [str(path)],
            ).fetchall()
    assert len(careless) == len(rows)
    assert careless == careful


def test_line_breaks_quotes_and_delimiters_are_replaced_and_counted(tmp_path: Path) -> None:
    path, counts = written([("a\r\nb", '5"注射器', "x|@|y"), ("正常", "正常", "末尾|@")], tmp_path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[1] == "a  b|@|5＂注射器|@|x｜＠|y"
    assert lines[2] == "正常|@|正常|@|末尾｜＠"
    assert counts == [1, 1, 2]


def test_commas_stay_as_they_are(tmp_path: Path) -> None:
    path, counts = written([("维生素B1,B6", "甲，乙", None)], tmp_path)
    assert path.read_text(encoding="utf-8") == "A|@|B|@|C\n维生素B1,B6|@|甲，乙|@|\n"
    assert counts == []


def test_a_row_whose_date_lies_in_no_month_gets_a_file_of_its_own(tmp_path: Path) -> None:
    """A table cut by month must not lose what a month does not hold."""
    table = replace(FORM.table("SETTLE_MZ"), columns=(FORM.table("SETTLE_MZ").column("BILL_DATE"),))
    path = tmp_path / "out.parquet"
    with duckdb.connect() as database:
        days = "(TIMESTAMP '2024-01-05'), (TIMESTAMP '2024-02-05'), (TIMESTAMP '2023-12-31'), (NULL)"
        database.execute(f"COPY (SELECT * FROM (VALUES {days}) AS t(BILL_DATE)) TO '{path}'")
        parts = cut(database, table, path, "H1", ["202401", "202402"], "20240101-20240229")
        held = [
            database.execute(f"SELECT count(*) FROM '{path}' WHERE {part.where}").fetchall()[0][0] for part in parts
        ]
    assert [part.label for part in parts] == ["202401", "202402", OTHER_DATES]
    assert [part.rows for part in parts] == held == [1, 1, 2]

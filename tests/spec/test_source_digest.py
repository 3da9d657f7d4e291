"""A source and what was read of it have one digest as long as not one value differs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.digest import digest_of
from tests.sources import fresh, opened, runner, write_read

TABLES = {
    "postgresql": (
        """CREATE TABLE kinds (id bigint, a numeric(16,4), free numeric, day date, moment timestamp(3), fine timestamp,
        instant timestamptz, ok boolean, t text, c char(6), f float8, js json, gone text)""",
        """INSERT INTO kinds VALUES
        (-9223372036854775808, -0.5, 1.25, '0001-01-01', '2024-01-01 00:00:00.120', '1999-12-31 23:59:59.999999',
         '2024-01-01 00:00:00+08', true, '中;N"😀', 'ab', 0.1, '{}', NULL),
        (9, 0, 0, '9999-12-31', '2024-01-01', '2024-01-01 10:00:00.5', '1900-01-01 00:00:00+08', false, '', '', 1e300,
         '[1, 2]', NULL),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""",
    ),
    "mysql": (
        """CREATE TABLE kinds (id bigint unsigned, a decimal(16,4), z int(6) zerofill, y year, day date,
        moment datetime(3), whole datetime, instant timestamp(6) NULL, t varchar(40) COLLATE utf8mb4_bin,
        g varchar(20) CHARACTER SET gbk, l varchar(20) CHARACTER SET latin1, e enum('甲','乙'), j json, gone text)""",
        """INSERT INTO kinds VALUES
        (18446744073709551615, -0.5, 42, 2024, '1000-01-01', '2024-01-01 00:00:00.120', '2024-01-01 10:00:00',
         '2024-01-01 00:00:00.5', '中;N"😀\\\\', '药', 'é', '乙', '{"a":  1}', NULL),
        (9, 0, 0, 1901, '9999-12-31', '2024-01-01', '1999-12-31 23:59:59', '2024-01-01', '', '', '', NULL, '[]', NULL),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""",
    ),
}


@pytest.fixture(scope="module", params=sorted(TABLES))
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh(request.param) as url:
        runner(url)(*TABLES[request.param])
        yield url


def test_the_source_and_what_was_read_have_one_digest_over_every_kind(url: str, tmp_path: Path) -> None:
    with opened(url) as source:
        columns = tuple(source.columns("kinds"))
        for column in columns:
            write_read(source, "kinds", tmp_path / "one.parquet", (column,))
            assert source.digest("kinds", (column,), "") == digest_of([tmp_path / "one.parquet"], (column,)), column
        write_read(source, "kinds", tmp_path / "all.parquet")
        whole = source.digest("kinds", columns, "")
        assert whole == digest_of([tmp_path / "all.parquet"], columns)
        assert whole != source.digest("kinds", columns[::-1], "")
        assert source.digest("kinds", columns[::-1], "") == digest_of([tmp_path / "all.parquet"], columns[::-1])
        assert source.digest("kinds", columns, " WHERE id = 9") not in {whole, None}
        assert source.digest("kinds", columns, " WHERE 1 = 0") == "0:0"


def test_rows_with_a_value_that_is_none_of_its_kind_never_pass_for_unchanged(url: str, tmp_path: Path) -> None:
    if url.startswith("postgresql"):
        runner(url)("CREATE TABLE odd AS SELECT date 'infinity' AS day")
    else:
        runner(url)("SET sql_mode = ''", "CREATE TABLE odd (day date)", "INSERT INTO odd VALUES ('0000-00-00')")
    with opened(url) as source:
        write_read(source, "odd", tmp_path / "odd.parquet")
        assert source.digest("odd", ("day",), "") != digest_of([tmp_path / "odd.parquet"], ("day",))


def test_what_has_no_exact_text_has_no_digest(tmp_path: Path) -> None:
    pq.write_table(pa.table({"f": [0.1], "b": [b"x"], "n": [1]}), tmp_path / "f.parquet")
    assert digest_of([tmp_path / "f.parquet"], ("n", "f")) is None
    assert digest_of([tmp_path / "f.parquet"], ("b",)) is None
    with fresh("mysql") as url:
        runner(url)("CREATE TABLE t (f float, g double, b blob, n int)")
        with opened(url) as source:
            assert [source.digest("t", (column, "n"), "") for column in "fgb"] == [None, None, None]


SCHEMA = pa.schema(
    [
        ("t", pa.string()),
        ("u", pa.string()),
        ("n", pa.int64()),
        ("a", pa.decimal128(16, 2)),
        ("day", pa.date32()),
        ("moment", pa.timestamp("us")),
        ("instant", pa.timestamp("us", "UTC")),
        ("ok", pa.bool_()),
    ]
)
COLUMNS = tuple(SCHEMA.names)
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
values = [
    st.text(alphabet="N;:0123中\0 '\"", max_size=6),
    st.text(alphabet="N;:0123中\0 '\"", max_size=6),
    st.integers(-(2**63), 2**63 - 1),
    st.decimals(Decimal("-1e10"), Decimal("1e10"), places=2),
    st.dates(date(1, 1, 1)),
    moments,
    moments.map(lambda moment: moment.replace(tzinfo=UTC)),
    st.booleans(),
]
rows = st.tuples(*(st.none() | value for value in values))


def digest(listed: list[tuple[Any, ...]]) -> str | None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        table = pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in listed], SCHEMA)
        pq.write_table(table, path)
        return digest_of([path], COLUMNS)


@settings(max_examples=25, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), st.data())
def test_a_digest_forgets_the_order_of_rows_and_nothing_else(
    listed: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    before = digest(listed)
    assert digest(data.draw(st.permutations(listed))) == before
    at, column = data.draw(st.integers(0, len(listed) - 1)), data.draw(st.integers(0, len(COLUMNS) - 1))
    other = data.draw((st.none() | values[column]).filter(lambda value: value != listed[at][column]))
    changed = [(*row[:column], other, *row[column + 1 :]) if place == at else row for place, row in enumerate(listed)]
    assert digest(changed) != before
    assert digest([*listed, listed[at]]) != before
    assert digest([*listed[:at], *listed[at + 1 :]]) != before


@pytest.mark.parametrize(
    ("one", "other"), [(("a", "b"), ("b", "a")), (("", None), (None, "")), (("1:a", ""), ("1", ":a"))]
)
def test_neighbours_do_not_run_into_each_other(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    rest = (None,) * (len(COLUMNS) - 2)
    assert digest([one + rest]) != digest([other + rest])


def test_several_files_have_the_digest_of_all_their_rows(tmp_path: Path) -> None:
    for name, numbers in (("a", [1, 2]), ("b", [3]), ("c", [3, 1, 2])):
        pq.write_table(pa.table({"n": numbers}), tmp_path / f"{name}.parquet")
    parts = digest_of([tmp_path / "a.parquet", tmp_path / "b.parquet"], ("n",))
    assert parts == digest_of([tmp_path / "c.parquet"], ("n",))

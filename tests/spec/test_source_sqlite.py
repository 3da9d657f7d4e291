"""SQLite as a source: exact sums, one snapshot, and clear words when the file is locked or damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from flows.sources import open_source
from flows.sources.connection import Connection, typed
from schemas.errors import SourceError


def make(path: Path, *statements: str) -> str:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)
    return f"sqlite:///{path}"


BILL = "CREATE TABLE bill (id INTEGER PRIMARY KEY, je DECIMAL(16, 2))"


def many(rows: int) -> str:
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n"
    return f"INSERT INTO bill (je) SELECT 0.1 FROM ({numbers})"


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    with closing(open_source(url)) as source:
        yield source


def amounts(source: Connection) -> list[Decimal]:
    types = {"je": source.columns("bill")["je"]}
    return [row["je"] for batch in source.read("bill", ("je",), "") for row in typed(batch, types)[0].to_pylist()]


def test_amounts_kept_as_fraction_text_or_whole_number_add_up_exactly(tmp_path: Path) -> None:
    values = ("0.1", "0.2", "'19.99'", "7", "9999999999999.99", "-0.01", "NULL")
    rows = ", ".join(f"({number}, {value})" for number, value in enumerate(values))
    many = "INSERT INTO bill (je) SELECT 0.1 FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    url = make(
        tmp_path / "his.sqlite", BILL, f"INSERT INTO bill VALUES {rows}", f"{many} WHERE i < 30000) SELECT i FROM n)"
    )
    with opened(url) as source:
        read = [value for value in amounts(source) if value is not None]
        totals = source.totals("bill", ("je",), "")
    assert totals.rows == 30007
    assert totals.sums["je"] == sum(read) == Decimal("10000000003027.27")


def test_a_sum_beyond_64_bits_is_said_not_rounded(tmp_path: Path) -> None:
    url = make(tmp_path / "his.sqlite", BILL, "INSERT INTO bill (je) VALUES (9e16), (9e16)")
    with opened(url) as source, pytest.raises(SourceError, match="合计超出 64 位整数"):
        source.totals("bill", ("je",), "")


def test_what_a_writer_adds_to_a_wal_database_meanwhile_is_not_seen(tmp_path: Path) -> None:
    path = tmp_path / "his.sqlite"
    url = make(path, "PRAGMA journal_mode = WAL", BILL, "INSERT INTO bill VALUES (1, 5)")
    with opened(url) as source, closing(sqlite3.connect(path, isolation_level=None)) as writer:
        before = source.stands
        writer.execute("INSERT INTO bill VALUES (2, 5)")
        assert source.totals("bill", ("je",), "").rows == 1
        assert amounts(source) == [Decimal("5.00")]
        with opened(url) as later:
            assert later.totals("bill", (), "").rows == 2
            assert later.stands != before


def test_a_wal_database_where_nothing_can_be_written_is_read_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "his.sqlite"
    url = make(path, "PRAGMA journal_mode = WAL", BILL, "INSERT INTO bill VALUES (1, 5)")
    (tmp_path / "his.sqlite-wal").mkdir()
    with opened(url) as source:
        assert "不可写" in source.snapshot
        assert amounts(source) == [Decimal("5.00")]


def test_a_locked_database_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "his.sqlite"
    url = make(path, BILL)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: connect(*given, **{**named, "timeout": 0.05}))
    with closing(connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SourceError, match=r"his\.sqlite失败：数据库正被另一个程序锁定"):
            open_source(url)


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "his.sqlite"
    url = make(path, BILL, many(5000))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with opened(url) as source, pytest.raises(SourceError, match="数据库文件已损坏"):
        amounts(source)


def test_what_is_no_sqlite_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "wrong.sqlite").write_text("hello" * 1000)
    with pytest.raises(SourceError, match="不是可读的 SQLite"):
        open_source(f"sqlite:///{tmp_path / 'wrong.sqlite'}")

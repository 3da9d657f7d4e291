"""Free SQL sees the caller's masked rows and nothing else, however it is asked."""

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports.access_log import read_log
from exports.sandbox import child
from exports.sandbox.runner import SandboxError, run_statement
from exports.sandbox.statement import judge
from flows.cli import main
from schemas.account import ExportClass
from schemas.errors import DisclosureError, FeijianError, SettingsError
from tests.spec.commission.lakes import make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("store"))


def task(
    store: Path, sql: str, cls: str = "B", orgs: tuple[str, ...] = ("C01", "V01"), limit: int = 100
) -> dict[str, Any]:
    statement = judge(sql, ExportClass(cls))
    return {
        "lake": str(store / "lake"), "orgs": ["C01", "V01"], "class": cls, "key": "00",
        "today": date(2024, 7, 1).isoformat(),
        "tables": statement.tables, "sql": statement.sql, "limit": limit, "memory_limit": "300MB", "threads": 1,
    }  # fmt: skip


def ask(store: Path, sql: str, **how: Any) -> list[list[Any]]:
    result = child.run(task(store, sql, **how))
    assert "error" not in result, result
    rows: list[list[Any]] = result["rows"]
    return rows


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) FROM resident", [[30]]),
        ("SELECT org_code, count(DISTINCT empi) AS n FROM htn_file GROUP BY org_code", [["C01", 30]]),
        ("WITH p AS (SELECT * FROM resident) SELECT count(*) FROM p JOIN htn_file USING (empi)", [[30]]),
        ("SELECT r.birth, count(*) FROM resident r JOIN htn_file h ON h.empi = r.empi GROUP BY 1", [["1950", 30]]),
        ("SELECT count(*) FROM resident WHERE org_code = 'V11' OR 1 = 1", [[30]]),
        ("SELECT count(*) FROM (SELECT empi FROM resident UNION SELECT empi FROM htn_file)", [[30]]),
        ("SELECT max(row_number) FROM (SELECT row_number() OVER (ORDER BY empi) AS row_number FROM resident)", [[30]]),
        ("SELECT count(*) FROM organisation", [[8]]),
        ("SELECT count(*) FROM resident NATURAL JOIN htn_file WHERE resident.empi IS NULL", [[0]]),
        ("SELECT 1 + 1", [[2]]),
    ],
)
def test_a_select_sees_the_masked_rows_of_the_area(store: Path, sql: str, rows: list[list[Any]]) -> None:
    assert ask(store, sql) == rows


def test_all_columns_are_the_ones_of_the_class(store: Path) -> None:
    shown = child.run(task(store, "SELECT * FROM resident"))["columns"]
    assert "empi" in shown and not {"name", "id_no", "mobile", "address", "_row"} & set(shown)
    masked = ask(store, "SELECT name, id_no, mobile FROM resident LIMIT 1", cls="C")
    assert masked[0][0] == "某**" and masked[0][1].endswith("*" * 12) and "****" in masked[0][2]


ESCAPES = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_parquet('lake/data/resident.parquet')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'lake/data/resident.parquet'",
    "SELECT * FROM glob('*')",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('resident')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_database_list()",
    "SELECT current_setting('temp_directory')",
    "SELECT getvariable('key')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM lake.resident",
    "SELECT * FROM seen.resident",
    "SELECT * FROM temp.main.resident",
    "SELECT main.read_text('/etc/passwd')",
    "COPY (SELECT 1) TO 'out.csv'",
    "COPY resident TO 'out.csv'",
    "ATTACH 'other.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "PRAGMA database_list",
    "CREATE TABLE t AS SELECT 1",
    "DROP TABLE resident",
    "DELETE FROM resident",
    "UPDATE resident SET sex = '1'",
    "INSERT INTO resident SELECT * FROM resident",
    "EXPORT DATABASE 'out'",
    "CALL duckdb_tables()",
    "DESCRIBE resident",
    "FROM (DESCRIBE resident)",
    "SHOW TABLES",
    "SUMMARIZE resident",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE resident",
    "SELECT ?",
    "SELECT $key",
    "SELECT name FROM resident",
    "SELECT id_no AS x FROM resident",
    "SELECT r.mobile FROM resident r",
    "SELECT gps FROM svc_event",
    "SELECT * FROM resident WHERE name = '某甲'",
    "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT empi FROM resident UNION ALL SELECT content FROM read_text('/etc/passwd')",
    "SELECT * FROM resident, LATERAL (SELECT * FROM glob(empi))",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "VACUUM",
    "",
    "SELEC 1",
    "SELECT " + "abs(" * 300 + "1" + ")" * 300,
]


@pytest.mark.parametrize("sql", ESCAPES, ids=lambda sql: sql[:40])
def test_a_way_out_is_refused(sql: str) -> None:
    with pytest.raises((DisclosureError, SettingsError)):
        judge(sql, ExportClass.B)


def test_the_walls_stand_even_when_the_judge_is_asleep(store: Path) -> None:
    """Statements that the judge refuses, run all the same inside the inner database."""
    inside = duckdb.connect()
    limits = {"memory_limit": "300MB", "threads": 1}
    child.fill(inside, task(store, "SELECT empi FROM resident"), limits)
    child.wall(inside)
    hidden = [1, 2, 3]
    for sql in (
        "SELECT * FROM read_text('/etc/passwd')", "COPY resident TO 'out.csv'", "ATTACH 'x.db'", "INSTALL httpfs",
        "SET enable_external_access = true", "SET lock_configuration = false", "SELECT * FROM hidden",
        "SELECT * FROM lake.resident", "SELECT * FROM seen.resident", "SELECT * FROM incoming",
        "SELECT pseudonym('E1')",
        "SELECT name FROM resident", "SELECT * FROM _children", f"SELECT * FROM '{store}/lake/data/resident.parquet'",
    ):  # fmt: skip
        with pytest.raises(duckdb.Error):
            inside.execute(sql).fetchall()
    assert hidden and inside.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("resident",)]
    inside.close()


def test_a_limit_says_that_there_is_more(store: Path) -> None:
    result = child.run(task(store, "SELECT empi FROM resident", limit=7))
    assert len(result["rows"]) == 7 and result["more"]


def test_a_wrong_statement_is_told_and_not_a_traceback(store: Path) -> None:
    assert "Binder Error" in child.run(task(store, "SELECT nothing_of_that_name FROM resident"))["error"]


def test_a_statement_that_runs_too_long_is_killed(store: Path) -> None:
    endless = "SELECT count(*) FROM resident a, resident b, resident c, resident d, resident e, resident f, resident g"
    begun = time.monotonic()
    with pytest.raises(SandboxError, match="秒"):
        run_statement(task(store, endless), seconds=2)
    assert time.monotonic() - begun < 6


def test_a_statement_that_wants_too_much_memory_fails_in_one_sentence(store: Path) -> None:
    big = task(store, "SELECT list(repeat('x', 1000000)) FROM resident a, resident b")
    with pytest.raises(FeijianError, match="语句"):
        run_statement({**big, "memory_limit": "100MB"}, seconds=30)


def test_the_command_answers_and_logs_without_numbers_typed_in(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(store)
    sql = "SELECT org_code, count(*) AS n FROM resident WHERE empi <> '650402195003079011' GROUP BY 1"
    assert main(["sql", sql, "--as", "county", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sorted(found["data"]) == [["C01", "30"], ["C02", "6"]]
    last = read_log(store / "access" / "access.jsonl")[-1]
    assert last["action"] == "sql" and "650402195003079011" not in json.dumps(last)
    assert main(["sql", "SELECT * FROM glob('*')", "--as", "county"]) == 3
    assert main(["sql", sql, "--as", "town", "--area", "J2"]) == 3
    assert main(["sql", sql, "--as", "sums"]) == 3
    assert [record["result"] for record in read_log(store / "access" / "access.jsonl")[-3:]] == ["refused"] * 3

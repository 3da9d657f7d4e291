"""The source user may SELECT and nothing else, and nothing else is ever tried; the server's own log is the witness."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.centre import write
from tests.interruptions.leaks import PASSWORD
from tests.interruptions.looks import look
from tests.interruptions.nursery import Nursery
from tests.interruptions.reading import read
from tests.interruptions.scene import Store, tiny_centre
from tests.interruptions.servers import SERVERS, SOURCE_USER, Server, own_server
from tests.interruptions.statements import objection, objections

MAY = [
    ("postgresql", "SELECT a, sum(b) FROM t WHERE c >= '2024-01-01' GROUP BY 1"),
    ("postgresql", "WITH x AS (SELECT 1 AS a) SELECT * FROM x UNION ALL SELECT 2"),
    ("postgresql", "COPY (SELECT a FROM t) TO STDOUT (FORMAT binary)"),
    ("postgresql", "BEGIN TRANSACTION"),
    ("postgresql", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"),
    ("postgresql", "SET statement_timeout = 5000"),
    (
        "postgresql",
        "SELECT set_config(a, b, false) FROM (VALUES ('TimeZone', 'PRC'), ('lock_timeout', '0')) AS v(a, b)",
    ),
    ("postgresql", "ROLLBACK"),
    ("mysql", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"),
    ("mysql", "SET SESSION time_zone = '+08:00'"),
    ("mysql", "SELECT `a` FROM `t` WHERE b = 'for update'"),
    ("mysql", "SHOW VARIABLES LIKE 'version'"),
]
MAY_NOT = [
    ("postgresql", "INSERT INTO t VALUES (1)"),
    ("postgresql", "UPDATE t SET a = 1"),
    ("postgresql", "CREATE TEMP TABLE x (a int)"),
    ("postgresql", "CREATE TEMP TABLE x AS SELECT 1"),
    ("postgresql", "SELECT * INTO x FROM t"),
    ("postgresql", "SELECT * FROM t FOR UPDATE"),
    ("postgresql", "SELECT * FROM t FOR SHARE"),
    ("postgresql", "LOCK TABLE t IN SHARE MODE"),
    ("postgresql", "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x"),
    ("postgresql", "COPY t FROM STDIN"),
    ("postgresql", "COPY (SELECT 1) TO '/tmp/x'"),
    ("postgresql", "COPY (SELECT 1) TO PROGRAM 'sh'"),
    ("postgresql", "COPY (DELETE FROM t RETURNING a) TO STDOUT"),
    ("postgresql", "SELECT nextval('s')"),
    ("postgresql", "SELECT pg_advisory_lock(1)"),
    ("postgresql", "SELECT pg_terminate_backend(1)"),
    ("postgresql", "SELECT 1; DROP TABLE t"),
    ("postgresql", "SET ROLE postgres"),
    ("postgresql", "SELECT set_config('role', 'postgres', false)"),
    ("postgresql", "SELECT set_config(a, b, false) FROM (VALUES ('TimeZone', 'PRC'), ('role', 'x')) AS v(a, b)"),
    ("postgresql", "SELECT set_config(name, '1', false) FROM pg_settings"),
    ("postgresql", "VACUUM t"),
    ("postgresql", "EXPLAIN ANALYZE DELETE FROM t"),
    ("mysql", "SELECT * FROM t LOCK IN SHARE MODE"),
    ("mysql", "SELECT a FROM t INTO OUTFILE '/tmp/x'"),
    ("mysql", "SELECT GET_LOCK('a', 1)"),
    ("mysql", "LOCK TABLES t READ"),
    ("mysql", "FLUSH TABLES WITH READ LOCK"),
    ("mysql", "SET GLOBAL general_log = 1"),
    ("mysql", "CREATE TEMPORARY TABLE x (a int)"),
    ("mysql", "ANALYZE TABLE t"),
    ("mysql", "KILL 5"),
]


@pytest.mark.parametrize(("engine", "statement"), MAY)
def test_reading_is_allowed(engine: str, statement: str) -> None:
    assert objection(statement, engine) == ""


@pytest.mark.parametrize(("engine", "statement"), MAY_NOT)
def test_whatever_changes_locks_or_acts_is_not(engine: str, statement: str) -> None:
    assert objection(statement, engine) != ""


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with own_server(request.param) as running:
        write(tiny_centre(), running.url())
        running.grant_select(PASSWORD)
        yield running


def test_an_extraction_asks_nothing_but_select(server: Server, tmp_path: Path) -> None:
    read(server.url(SOURCE_USER, PASSWORD), tmp_path)
    asked = server.statements(SOURCE_USER)
    assert any("mz_fymx" in statement for statement in asked), "the log does not show what was asked"
    assert objections(asked, server.scheme) == []


def test_a_command_that_looks_at_a_source_asks_nothing_but_select(
    server: Server, nursery: Nursery, tmp_path: Path
) -> None:
    store, before = Store.made(tmp_path), len(server.statements(SOURCE_USER))
    for command, code in look(nursery, store, server.url(SOURCE_USER, PASSWORD)):
        asked = server.statements(SOURCE_USER)[before:]
        before += len(asked)
        assert code in (0, 1), f"{command}: {store.said()}"
        assert asked, f"{command} asked nothing of the server"
        assert objections(asked, server.scheme) == [], command

"""The connection to the source breaks, its server starts anew, its rows change: the extraction is of one moment."""

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.extraction.ledger import part_lines
from tests.centre import write
from tests.interruptions.leaks import PASSWORD
from tests.interruptions.proxy import Incident, Then
from tests.interruptions.reading import Read, greeting, read, read_through
from tests.interruptions.scene import tiny_centre
from tests.interruptions.servers import SERVERS, SOURCE_USER, Server, own_server

# Codes of departments in a table that is read early and in one that is read late; no sum changes.
CHANGE = (
    "UPDATE mz_ghb SET ksdm = (SELECT MIN(ksdm) FROM ks_xx)",
    "UPDATE zy_yzzx SET zxks = (SELECT MIN(ksdm) FROM ks_xx)",
)
NEW = 900_000_000  # keys that the centre does not use
DURING = 5  # rounds of a cashier who goes on settling


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with own_server(request.param) as running:
        write(tiny_centre(), running.url())
        running.grant_select(PASSWORD)
        yield running


@pytest.fixture(scope="module")
def whole(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Read, int, int]:
    """An undisturbed extraction, how many bytes the greeting takes, and how many all of it."""
    undisturbed, proxy = read_through(server, tmp_path_factory.mktemp("whole"))
    assert not [line for line in undisturbed.told if "中断" in line]
    return undisturbed, greeting(server), proxy.passed


def test_cut_at_random_bytes_it_reads_the_same(server: Server, whole: tuple[Read, int, int], tmp_path: Path) -> None:
    undisturbed, greeted, passed = whole
    drawn = random.Random(7)
    for number in range(3):
        first = drawn.randrange(greeted + 1, passed)
        again = drawn.randrange(1, passed - first + greeted)
        incidents = Incident(first, Then.CUT), Incident(again, Then.CUT)
        found, proxy = read_through(server, tmp_path / str(number), *incidents)
        assert found.tables == undisturbed.tables, f"cut after {first} and again after {again} bytes"
        assert proxy.incidents_left < len(incidents), "nothing was cut"
        assert any("连接中断" in line for line in found.told)


@pytest.mark.parametrize("gently", [True, False], ids=["stopped", "killed"])
def test_a_server_that_is_started_anew_while_it_is_read_gives_the_same(
    gently: bool, server: Server, whole: tuple[Read, int, int], tmp_path: Path
) -> None:
    undisturbed, *_ = whole
    stop = None if gently else signal.SIGKILL if server.scheme == "mysql" else signal.SIGQUIT

    class Told(list[str]):
        """The server goes down before a table, and is up again after the second attempt to reach it."""

        def append(self, line: str) -> None:
            super().append(line)
            if line == "抽取 mz_fymx" and self.count(line) == 1:
                server.stop(stop)
            if "第 3 次重连" in line:
                server.start()

    found = read(server.url(SOURCE_USER, PASSWORD), tmp_path, Told())
    assert any("第 3 次重连" in line for line in found.told)
    assert found.tables == undisturbed.tables


def test_rows_that_are_added_while_it_is_read_do_not_appear(
    server: Server, whole: tuple[Read, int, int], tmp_path: Path
) -> None:
    undisturbed, greeted, passed = whole
    rounds = iter(range(DURING))

    def settle() -> None:
        bill = str(NEW + next(rounds))
        server.execute(copy_row("mz_jsb", {"jsid": bill}), copy_row("mz_fymx", {"fyid": bill, "jsid": bill}))

    step = (passed - greeted) // (DURING + 1)
    steps = [Incident(greeted + 1, Then.GO_ON, settle), *[Incident(step, Then.GO_ON, settle)] * (DURING - 1)]
    try:
        found, proxy = read_through(server, tmp_path / "during", *steps)
        assert proxy.incidents_left == 0
        assert found.tables == undisturbed.tables
        after, _ = read_through(server, tmp_path / "after")
        assert differing(after, undisturbed) == {"mz_jsb", "mz_fymx"}
    finally:
        server.execute(f"DELETE FROM mz_fymx WHERE fyid >= {NEW}", f"DELETE FROM mz_jsb WHERE jsid >= {NEW}")


def test_rows_that_change_while_the_connection_is_away_are_never_mixed_with_those_from_before(
    server: Server, whole: tuple[Read, int, int], tmp_path: Path
) -> None:
    before, greeted, passed = whole
    late = greeted + (passed - greeted) * 9 // 10
    found, proxy = read_through(server, tmp_path / "cut", Incident(late, Then.CUT, lambda: server.execute(*CHANGE)))
    assert proxy.incidents_left == 0
    after, _ = read_through(server, tmp_path / "after")
    assert differing(after, before) == {"mz_ghb", "zy_yzzx"}
    assert found.tables == after.tables
    again = {line["again"].split("/")[0] for line in part_lines(tmp_path / "cut") if "again" in line}
    assert "mz_ghb" in again, "nobody was told that it changed"


def copy_row(table: str, others: dict[str, str]) -> str:
    """One more row like the first, but for some columns."""
    names = tiny_centre()[table].column_names
    listed = ", ".join(others.get(name, name) for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {listed} FROM {table} ORDER BY {names[0]} LIMIT 1"


def differing(one: Read, other: Read) -> set[str]:
    """The tables that differ."""
    return {name for name, rows in one.tables.items() if rows != other.tables[name]}

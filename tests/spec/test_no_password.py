"""The password of a source stands nowhere: in no file, no message, no process list, whatever goes wrong."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.centre import write
from tests.interruptions.killer import Moment, strike
from tests.interruptions.leaks import PASSWORD, SIGN, leaks, leaks_in, process_list
from tests.interruptions.looks import look
from tests.interruptions.nursery import Nursery
from tests.interruptions.proxy import Incident, Then, proxy_before
from tests.interruptions.reading import greeting
from tests.interruptions.scene import EXPORT, URL_ENV, Store, tiny_centre
from tests.interruptions.servers import SERVERS, SOURCE_USER, Server, own_server

STAGES_OF_A_SECOND = {"raw": 0.2, "std": 0.0}


@pytest.mark.parametrize(
    "planted",
    [
        PASSWORD.encode(),
        quote(PASSWORD, safe="").encode(),
        base64.b64encode(PASSWORD.encode()),
        base64.b64encode(b"u:" + PASSWORD.encode()),
        base64.b64encode(f"postgresql://u:{PASSWORD}@h".encode()),
        PASSWORD.encode("gbk"),
        PASSWORD.encode("utf-16-le"),
        repr(PASSWORD).encode(),
        f"could not translate host name {SIGN}".encode(),
    ],
    ids=["plain", "percent", "base64", "base64 shifted", "base64 in a URL", "gbk", "utf-16", "repr", "a part"],
)
def test_a_planted_password_is_found_in_a_file(planted: bytes, tmp_path: Path) -> None:
    (tmp_path / "innocent.txt").write_bytes(b"nothing")
    assert leaks_in(tmp_path, PASSWORD, SIGN) == []
    (tmp_path / "planted.log").write_bytes(b"\x00line " + planted + b" end")
    assert {leak.split(":")[0] for leak in leaks_in(tmp_path, PASSWORD, SIGN)} == {"planted.log"}


def test_a_planted_password_is_found_in_a_name_and_in_the_process_list(tmp_path: Path) -> None:
    (tmp_path / f"his-{SIGN}.log").touch()
    assert leaks_in(tmp_path, PASSWORD, SIGN) != []
    with subprocess.Popen([sys.executable, "-c", "input()", f"--url={PASSWORD}"], stdin=subprocess.PIPE) as shown:
        assert leaks(process_list(), PASSWORD, SIGN) != []
        shown.communicate(b"\n")


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with own_server(request.param) as running:
        write(tiny_centre(), running.url())
        running.grant_select(PASSWORD)
        yield running


def test_a_run_that_is_cut_killed_and_resumed_tells_no_password(
    server: Server, nursery: Nursery, tmp_path: Path
) -> None:
    """The whole way: the connection is cut once, the command is killed once, the package is made."""
    store = Store.made(tmp_path)
    with proxy_before(server.port, Incident(greeting(server) + 5000, Then.CUT)) as proxy:
        environment = {URL_ENV: server.url(SOURCE_USER, PASSWORD, port=proxy.port)}
        first = nursery.start(store.folder, EXPORT, environment)
        strike(first, Moment("std", 0), STAGES_OF_A_SECOND)
        first.wait()
        assert proxy.incidents_left == 0
        assert nursery.run(store.folder, ("resume", store.run.id, "--json"), environment) == 0, store.said()
    assert "连接中断" in store.said() or store.run.notes()
    assert len(store.packages) == 1
    assert leaks_in(tmp_path, PASSWORD, SIGN) == []


def test_a_source_that_cannot_be_read_tells_no_password(server: Server, nursery: Nursery, tmp_path: Path) -> None:
    """A wrong password, a missing database, a port where nobody answers, a URL that cannot be taken apart."""
    store = Store.made(tmp_path, manners="retries = 0")
    right = server.url(SOURCE_USER, PASSWORD)
    secret = quote(PASSWORD, safe="")
    wrong = {
        "the user's": right.replace(f"//{SOURCE_USER}:", "//nobody:"),
        "the password's": right.replace(f":{secret}", f":{secret}x"),
        "the database's": server.url(SOURCE_USER, PASSWORD, database="none"),
        "the port's": server.url(SOURCE_USER, PASSWORD, port=1),
        "the host's": right.replace("127.0.0.1", "no.such.host.invalid"),
        "the password's, written bare": right.replace(secret, PASSWORD),
        "the password's, with @ and / in it": right.replace(secret, f"a@{SIGN}/{SIGN}"),
        "the password's, with / and # in it": right.replace(secret, f"{SIGN}/a#{SIGN}"),
        "the scheme's": right.replace(server.scheme, "nosuch"),
    }
    for what, url in wrong.items():
        assert nursery.run(store.folder, EXPORT, {URL_ENV: url}) == 2, f"{what}: {store.said()}"
    assert "Traceback" not in store.said()
    assert leaks_in(tmp_path, PASSWORD, SIGN) == []


def test_a_command_that_looks_at_a_source_tells_no_password(server: Server, nursery: Nursery, tmp_path: Path) -> None:
    store = Store.made(tmp_path)
    for command, code in look(nursery, store, server.url(SOURCE_USER, PASSWORD)):
        assert code in (0, 1), f"{command}: {store.said()}"
        assert leaks_in(tmp_path, PASSWORD, SIGN) == [], command


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_the_process_list_shows_no_password_while_a_source_is_read(server: Server, tmp_path: Path) -> None:
    """A process of its own, looked at by the proxy in the middle of its extraction."""
    store, seen = Store.made(tmp_path, manners="retries = 0"), []
    middle = Incident(greeting(server) + 5000, Then.CUT, lambda: seen.append(process_list()))
    with proxy_before(server.port, middle) as proxy:
        environment = {**os.environ, URL_ENV: server.url(SOURCE_USER, PASSWORD, port=proxy.port)}
        command = [sys.executable, "-m", "flows.cli", *EXPORT]
        ended = subprocess.run(command, cwd=store.folder, env=environment, capture_output=True)
    [shown] = seen
    assert b"flows.cli" in shown, "it was not running when it was looked at"
    assert leaks(shown + ended.stdout + ended.stderr, PASSWORD, SIGN) == []
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr

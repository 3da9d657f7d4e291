"""The long round: forty kills, servers that vanish, connections cut, disks filled; each ends with the same bytes.

Takes some ten minutes; prints one line for each trial and ends with 1 when any of them failed.
"""

import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from exports.seal.keys import make_key
from tests.centre import write
from tests.interruptions.disk import empty, fill, small_disk
from tests.interruptions.killer import SEED, Moment, Scene, in_order, moments, undisturbed
from tests.interruptions.leaks import PASSWORD
from tests.interruptions.nursery import Nursery, open_nursery
from tests.interruptions.proxy import Incident, Proxy, Then, proxy_before
from tests.interruptions.reading import greeting
from tests.interruptions.scene import EXPORT, URL_ENV, Store, package_files, tiny_centre
from tests.interruptions.servers import SERVERS, SOURCE_USER, Server, missing_programs, own_server

KILLS = 40
CUTS = 10
DISKS = 12
Trial = tuple[str, Callable[[], None]]


def kills(scene: Scene, folder: Path) -> Iterator[Trial]:
    """Forty runs, each killed once; every third is killed again while it is resumed."""
    drawn = moments(KILLS)
    for number, moment in enumerate(drawn):
        at = in_order([moment, drawn[(number + 5) % KILLS]]) if number % 3 == 0 else [moment]
        name = f"kill {number + 1} at " + ", ".join(f"{one.stage} {one.share:.0%}" for one in at)
        yield name, partial(_killed, scene, folder / f"kill{number}", at)


def _killed(scene: Scene, folder: Path, at: list[Moment]) -> None:
    store = Store.made(folder, scene.keys)
    for _ in scene.kills(store, at):
        assert store.notes_are_whole()
    assert scene.resume(store) == 0, store.said()
    _is(store, scene.signed)


def disks(scene: Scene, folder: Path) -> Iterator[Trial]:
    """A disk with ever more room, filled before the export and freed before it is resumed."""
    for number in range(DISKS):
        room = number * 160 * 1024
        yield f"disk with {room // 1024} KiB left", partial(_filled, scene, folder / f"disk{number}", room)


def _filled(scene: Scene, at: Path, room: int) -> None:
    with small_disk(at, 64 * 1024 * 1024) as disk:
        store = Store.made(disk, scene.keys)
        fill(disk, room)
        assert scene.start(store, *EXPORT).wait() == 2, store.said()
        assert "磁盘空间不足" in store.said() and "Traceback" not in store.said(), store.said()
        assert not store.packages
        empty(disk)
        begun = any((disk / "runs").glob("*/settings.json")) and store.run.asked()
        assert (scene.resume(store) if begun else scene.start(store, *EXPORT).wait()) == 0, store.said()
        _is(store, scene.signed)


def breaks(nursery: Nursery, server: Server, folder: Path) -> Iterator[Trial]:
    """Whole exports from a server: cut at random bytes, the server killed and started anew, rows added meanwhile."""
    url = server.url(SOURCE_USER, PASSWORD)
    make_key(folder / "keys", None)
    scene = undisturbed(nursery, Store.made(folder / "undisturbed", folder / "keys"), {URL_ENV: url})
    greeted = greeting(server)
    with proxy_before(server.port) as proxy:
        _export(scene, Store.made(folder / "measured", scene.keys), server, proxy)
        passed = proxy.passed
    drawn = random.Random(SEED)
    killed = partial(server.restart, signal.SIGQUIT if server.scheme == "postgresql" else signal.SIGKILL)
    for number in range(CUTS):
        after = drawn.randrange(greeted + 1, passed)
        incident = Incident(after, Then.CUT) if number % 2 else Incident(after, Then.CUT, killed)
        name = f"{server.scheme} {'cut' if number % 2 else 'killed and started anew'} after {after} bytes"
        yield name, partial(_broken, scene, folder / f"break{number}", server, incident)


def _broken(scene: Scene, folder: Path, server: Server, incident: Incident) -> None:
    store = Store.made(folder, scene.keys)
    with proxy_before(server.port, incident) as proxy:
        _export(scene, store, server, proxy)
        assert proxy.incidents_left == 0
    assert "连接中断" in store.said() or store.run.notes()
    _is(store, scene.signed)


def _export(scene: Scene, store: Store, server: Server, proxy: Proxy) -> None:
    environment = {URL_ENV: server.url(SOURCE_USER, PASSWORD, port=proxy.port)}
    assert scene.nursery.run(store.folder, EXPORT, environment) == 0, store.said()


def _is(store: Store, files: dict[str, str]) -> None:
    assert package_files(store) == files, "other bytes"
    assert store.strays() == [], f"left behind: {store.strays()}"


def main() -> int:
    """Every trial; what failed is said at the end too."""
    failed: list[str] = []
    with ExitStack() as stack, tempfile.TemporaryDirectory() as temporary:
        folder, nursery = Path(temporary), stack.enter_context(open_nursery())
        environment = {URL_ENV: f"sqlite:///{folder / 'his.sqlite'}"}
        write(tiny_centre(), environment[URL_ENV])
        make_key(folder / "keys", None)
        scene = undisturbed(nursery, Store.made(folder / "undisturbed", folder / "keys"), environment)
        _try([*kills(scene, folder), *disks(scene, folder)], failed)
        for engine in SERVERS:
            if missing := missing_programs(engine):
                failed.append(f"{engine}: {missing} is not installed")
                continue
            with own_server(engine) as server:
                write(tiny_centre(), server.url())
                server.grant_select(PASSWORD)
                _try(breaks(nursery, server, folder / engine), failed)
    print(f"{len(failed)} failed", *failed, sep="\n  ")
    return 1 if failed else 0


def _try(trials: Iterable[Trial], failed: list[str]) -> None:
    for name, trial in trials:
        began, before = time.monotonic(), len(failed)
        try:
            trial()
        except (AssertionError, pytest.skip.Exception) as error:
            failed.append(f"{name}: {error}")
        said = "FAILED" if len(failed) > before else "same bytes"
        print(f"{said:<10} {time.monotonic() - began:6.1f} s  {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

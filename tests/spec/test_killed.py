"""A run that is killed at any moment and resumed ends with the same bytes as one that nothing disturbed."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.seal.keys import make_key
from flows.run import list_runs
from tests.centre import write
from tests.interruptions.killer import PUBLICATION, Killer, Moment, Undisturbed, in_order, moments, strike, undisturbed
from tests.interruptions.nursery import open_nursery
from tests.interruptions.scene import EXPORT, URL_ENV, Store, package_files, tiny_centre

# Ten of the forty moments of `make nightly`, three or four of them to one run: a run that is killed again while it is
# resumed has to be right too, and the suite has no time for ten runs.
TEN = moments(10)
RUNS = [in_order(TEN[number::3]) for number in range(3)]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Killer, Undisturbed, Path]]:
    """Who kills; the undisturbed package of the centre, signed; and the key that signed it."""
    folder = tmp_path_factory.mktemp("killed")
    environment = {URL_ENV: f"sqlite:///{folder / 'his.sqlite'}"}
    write(tiny_centre(), environment[URL_ENV])
    with open_nursery() as nursery:
        keys = folder / "keys"
        make_key(keys, None)
        signed = undisturbed(nursery, Store.made(folder / "undisturbed", keys), environment)
        yield Killer(nursery, environment, signed.seconds), signed, keys


@pytest.mark.parametrize("at", RUNS, ids=lambda at: "-".join(moment.stage for moment in at))
def test_a_run_killed_again_and_again_gives_the_same_bytes(
    at: list[Moment], scene: tuple[Killer, Undisturbed, Path], tmp_path: Path
) -> None:
    killer, signed, keys = scene
    with_key = at[-1].stage == PUBLICATION
    whole = signed if with_key else signed.unsigned()
    store = Store.made(tmp_path, keys if with_key else None)
    for moment in killer.kills(store, at):
        assert store.notes_are_whole(), f"the ledger cannot be read after a kill at {moment}"
        assert [run.id for run in list_runs(tmp_path / "runs")] == [store.run.id]
        assert not store.packages or package_files(store) == whole.files, f"half a package after a kill at {moment}"
    assert killer.finish(store) == 0, store.said()
    assert package_files(store) == whole.files
    assert store.strays() == []


def test_a_run_that_is_going_on_cannot_be_resumed_beside_itself_but_after_its_death(
    scene: tuple[Killer, Undisturbed, Path], tmp_path: Path
) -> None:
    killer, *_ = scene
    store = Store.made(tmp_path)
    first = killer.start(store, *EXPORT)
    strike(first, Moment("raw", 0.5), killer.seconds, signal.SIGSTOP)
    assert killer.finish(store) == 2
    assert f"运行 {store.run.id} 正由另一个进程进行" in store.said()
    assert "Traceback" not in store.said()
    first.signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    again = killer.start(store, "resume", store.run.id)
    strike(again, Moment("std", 0), killer.seconds)
    assert again.wait() == -signal.SIGKILL, store.said()

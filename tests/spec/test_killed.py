"""A run that is killed at any moment and resumed ends with the same bytes as one that nothing disturbed."""

import signal
from pathlib import Path

import pytest

from flows.run import list_runs
from tests.interruptions.killer import PUBLICATION, Moment, Scene, in_order, moments, strike
from tests.interruptions.scene import EXPORT, Store, package_files

# Ten of the forty moments of `make nightly`, three or four of them to one run: a run that is killed again while it is
# resumed has to be right too, and the suite has no time for ten runs.
TEN = moments(10)
RUNS = [in_order(TEN[number::3]) for number in range(3)]


@pytest.mark.parametrize("at", RUNS, ids=lambda at: "-".join(moment.stage for moment in at))
def test_a_run_killed_again_and_again_gives_the_same_bytes(at: list[Moment], scene: Scene, tmp_path: Path) -> None:
    with_key = at[-1].stage == PUBLICATION
    whole = scene.signed if with_key else scene.unsigned
    store = Store.made(tmp_path, scene.keys if with_key else None)
    for moment in scene.kills(store, at):
        assert store.notes_are_whole(), f"the ledger cannot be read after a kill at {moment}"
        assert [run.id for run in list_runs(tmp_path / "runs")] == [store.run.id]
        assert not store.packages or package_files(store) == whole, f"half a package after a kill at {moment}"
    assert scene.resume(store) == 0, store.said()
    assert package_files(store) == whole
    assert store.strays() == []


def test_a_run_that_is_going_on_cannot_be_resumed_beside_itself_but_after_its_death(
    scene: Scene, tmp_path: Path
) -> None:
    store = Store.made(tmp_path)
    first = scene.start(store, *EXPORT)
    strike(first, Moment("raw", 0.5), scene.seconds, signal.SIGSTOP)
    assert scene.resume(store) == 2
    assert f"运行 {store.run.id} 正由另一个进程进行" in store.said()
    assert "Traceback" not in store.said()
    first.signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    again = scene.start(store, "resume", store.run.id)
    strike(again, Moment("std", 0), scene.seconds)
    assert again.wait() == -signal.SIGKILL, store.said()

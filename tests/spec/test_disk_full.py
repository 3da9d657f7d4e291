"""The disk fills up and is freed: no half package, one sentence, and in the end the same bytes."""

from pathlib import Path

from tests.interruptions.disk import empty, fill, small_disk
from tests.interruptions.killer import Scene
from tests.interruptions.scene import EXPORT, Store, package_files

MIB = 1024 * 1024
# What is left free at each attempt: too little for the extraction, nothing at all, then enough for ever later stages.
ROOM = (128 * 1024, 0, 512 * 1024, MIB, 3 * MIB // 2)


def test_a_disk_that_fills_at_one_stage_after_the_other_costs_nothing_but_time(scene: Scene, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64 * MIB) as disk:
        store, stopped = Store.made(disk), []
        for number, room in enumerate(ROOM):
            fill(disk, room)
            child = scene.start(store, "resume", store.run.id) if number else scene.start(store, *EXPORT)
            assert child.wait() == 2, f"with {room} bytes left: {store.said()}"
            assert store.packages == []
            stopped.append(_stopped_at(store))
        assert len(set(stopped)) >= 3, f"always in the same stage: {stopped}"
        assert store.said().count("磁盘空间不足") == len(ROOM)
        assert "Traceback" not in store.said()
        empty(disk)
        assert scene.resume(store) == 0, store.said()
        assert package_files(store) == scene.unsigned
        assert store.strays() == []


def _stopped_at(store: Store) -> int:
    """How many stages are whole."""
    return len([note for note in store.ledger() if "stage" in note])

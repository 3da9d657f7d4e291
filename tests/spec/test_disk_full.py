"""The disk fills up and is freed: no half package, one sentence, and in the end the same bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.centre import write
from tests.interruptions.disk import empty, fill, small_disk
from tests.interruptions.killer import Killer, Undisturbed, undisturbed
from tests.interruptions.nursery import open_nursery
from tests.interruptions.scene import EXPORT, URL_ENV, Store, package_files, tiny_centre

MIB = 1024 * 1024
# What is left free at each attempt: too little for the extraction, then for ever later stages.
ROOM = (128 * 1024, 512 * 1024, MIB, 3 * MIB // 2)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Killer, Undisturbed]]:
    folder = tmp_path_factory.mktemp("disk")
    environment = {URL_ENV: f"sqlite:///{folder / 'his.sqlite'}"}
    write(tiny_centre(), environment[URL_ENV])
    with open_nursery() as nursery:
        whole = undisturbed(nursery, Store.made(folder / "undisturbed"), environment)
        yield Killer(nursery, environment, whole.seconds), whole


def test_a_disk_that_fills_at_one_stage_after_the_other_costs_nothing_but_time(
    scene: tuple[Killer, Undisturbed], tmp_path: Path
) -> None:
    runner, whole = scene
    with small_disk(tmp_path / "disk", 64 * MIB) as disk:
        store, stopped = Store.made(disk), []
        for number, room in enumerate(ROOM):
            fill(disk, room)
            child = runner.start(store, "resume", store.run.id) if number else runner.start(store, *EXPORT)
            assert child.wait() == 2, f"with {room} bytes left: {store.said()}"
            assert store.packages == []
            stopped.append(_stopped_at(store))
        assert len(set(stopped)) >= 3, f"always in the same stage: {stopped}"
        assert store.said().count("磁盘空间不足") == len(ROOM)
        assert "Traceback" not in store.said()
        empty(disk)
        assert runner.finish(store) == 0, store.said()
        assert package_files(store) == whole.files
        assert store.strays() == []


def _stopped_at(store: Store) -> int:
    """How many stages are whole."""
    return len([note for note in store.ledger() if "stage" in note])

"""A run on disk: whole stages and nothing else."""

import errno
from pathlib import Path

import duckdb
import pytest

from flows.run import Run, disk_errors, list_runs, start_run
from schemas.errors import StoreError


def a_run(folder: Path) -> Run:
    return start_run(folder, {"org": "H65040200001"})


def test_a_stage_appears_when_it_is_whole(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    with run.stage("raw") as into:
        (into / "a.parquet").write_text("x")
        assert not run.part("raw").exists()
    assert (run.part("raw") / "a.parquet").read_text() == "x"
    assert [note["stage"] for note in run.notes()] == ["raw"]


def test_a_stage_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    with pytest.raises(ValueError, match="broken"), run.stage("raw") as into:
        (into / "a.parquet").write_text("x")
        raise ValueError("broken")
    assert [path.name for path in run.folder.iterdir()] == ["settings.json"]


def test_two_runs_of_one_second_have_two_folders(tmp_path: Path) -> None:
    first, second = a_run(tmp_path), a_run(tmp_path)
    assert first.id != second.id
    assert [run.id for run in list_runs(tmp_path)] == sorted([first.id, second.id])


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/disk/x"),
        duckdb.IOException('IO Error: Could not write file "/disk/x": No space left on device'),
    ],
)
def test_a_full_disk_is_one_chinese_sentence_whoever_noticed_it(error: Exception) -> None:
    with pytest.raises(StoreError, match="磁盘空间不足"), disk_errors():
        raise error


def test_an_error_of_ours_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="ours"), disk_errors():
        raise ValueError("ours")

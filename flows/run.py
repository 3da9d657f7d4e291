"""A run on disk: one folder, one sub-folder per whole stage, one line per stage in `ledger.jsonl`.

A stage writes into a folder aside; only when it is whole is it made durable and renamed to its name.
A run killed anywhere thus holds whole stages and nothing else.
"""

import errno
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from exports.durable import append_line, read_lines, record_of
from exports.seal.digests import file_sha256
from schemas.errors import SettingsError, StoreError

if sys.platform != "win32":
    import resource

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEDGER = "ledger.jsonl"
SETTINGS = "settings.json"
LOCK = ".lock"
_NO_SPACE = "No space left on device"  # in the text of errors that gather others and have no number


@dataclass(frozen=True)
class Run:
    """One run; `folder` is named after its id."""

    folder: Path

    @property
    def id(self) -> str:
        """The run's id, as printed."""
        return self.folder.name

    def part(self, stage: str) -> Path:
        """The folder of a whole stage."""
        return self.folder / stage

    @property
    def spill(self) -> Path:
        """Room for temporary files; emptied with the run's last stage."""
        path = self.folder / "spill"
        path.mkdir(exist_ok=True)
        return path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other process off this run.

        Raises:
            StoreError: another process works on it, or its folder cannot be written.
        """
        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            with disk_errors():
                lock.acquire()
        except Timeout:
            raise StoreError(
                f"运行 {self.id} 正由另一个进程进行：请等它结束，或先停止它。用 feijian runs 查看进展。"
            ) from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def stage(self, name: str, in_parts: bool = False) -> Iterator[Path]:
        """A folder to write one stage into; it becomes `<run>/<name>` when the block ends well.

        Args:
            name: of the stage and its folder.
            in_parts: the folder keeps what is whole in it when the block is cut, and is given again as it was left.
        """
        aside = self.folder / f".{name}"
        if not in_parts:
            shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(exist_ok=in_parts)
        started = time.monotonic()
        try:
            yield aside
        except BaseException:
            if not in_parts:
                shutil.rmtree(aside, ignore_errors=True)
            raise
        make_durable(aside)
        digest = tree_sha256(aside)
        shutil.rmtree(self.part(name), ignore_errors=True)
        seconds = round(time.monotonic() - started, 3)
        self.note(stage=name, seconds=seconds, peak_mib=_peak_mib(), sha256=digest)
        aside.rename(self.part(name))
        sync_folder(self.folder)

    def is_whole(self, name: str) -> bool:
        """Whether a stage is there with every file as it was written."""
        digest = next((note["sha256"] for note in reversed(self.notes()) if note.get("stage") == name), None)
        return self.part(name).is_dir() and digest == tree_sha256(self.part(name))

    def forget(self, name: str) -> None:
        """Remove a stage, and what was begun of it."""
        for path in (self.part(name), self.folder / f".{name}"):
            shutil.rmtree(path, ignore_errors=True)

    def note(self, **facts: Any) -> None:
        """Append one line to the run's ledger, with the time in Asia/Shanghai, and make it durable."""
        append_line(self.folder / LEDGER, {**facts, "at": datetime.now(SHANGHAI).isoformat(timespec="seconds")})

    def notes(self) -> list[dict[str, Any]]:
        """The lines of the ledger; one that a power cut tore is left out."""
        return read_lines(self.folder / LEDGER)

    def asked(self) -> dict[str, Any]:
        """What was asked for when the run started."""
        return record_of((self.folder / SETTINGS).read_bytes())


def start_run(runs: Path, record: dict[str, Any]) -> Run:
    """Make the folder of a new run: `<date>-<time>-<institution>`, numbered when that is taken."""
    runs.mkdir(parents=True, exist_ok=True)
    base = f"{datetime.now(SHANGHAI):%Y%m%d-%H%M%S}-{record['org']}"
    for number in range(1, 1000):
        folder = runs / (base if number == 1 else f"{base}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        (folder / SETTINGS).write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
        return Run(folder)
    raise SettingsError(f"{runs} 中同名的运行太多（{base}），请稍后重试。")


def list_runs(runs: Path) -> list[Run]:
    """Every run of the store, oldest first; a folder whose settings were torn is no run."""
    found = [Run(path) for path in sorted(runs.iterdir()) if (path / SETTINGS).is_file()] if runs.is_dir() else []
    return [run for run in found if run.asked()]


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn a full or read-only disk, whoever noticed it, into one Chinese sentence.

    Raises:
        StoreError: the disk is full, or a folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or _NO_SPACE in str(error):
            raise StoreError(_full(error.filename)) from None
        if isinstance(error, IsADirectoryError):
            raise StoreError(f"{error.filename} 是文件夹，这里应写一个文件名。") from None
        if isinstance(error, (FileExistsError, NotADirectoryError)):
            raise StoreError(f"{error.filename} 不是文件夹，请换一个位置。") from None
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise StoreError(f"没有写入权限：{error.filename}。请检查文件夹权限，或用 --out 指定别处。") from None
        raise
    except Exception as error:
        text = str(error)
        if _NO_SPACE in text or "max_temp_directory_size" in text:
            raise StoreError(_full(None)) from None
        if "Out of Memory" in text:
            raise StoreError("内存不够：请在 feijian.toml 中调大 memory_limit，或关闭其他程序后重试。") from None
        raise


def _full(place: object) -> str:
    where = f"（{place}）" if place else ""
    return f"磁盘空间不足{where}：本次导出没有完成，未留下半个导出包。请清理磁盘或用 --out、store 换到更大的盘后重试。"


def make_durable(folder: Path) -> None:
    """Force every file of a folder, and the folder itself, onto the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as handle:
                os.fsync(handle.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder onto the disk, where the system knows that."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def tree_sha256(folder: Path) -> str:
    """One SHA-256 over the names and the contents of all files of a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(f"{path.relative_to(folder).as_posix()} {file_sha256(path)}\n".encode())
    return whole.hexdigest()


def _peak_mib() -> int | None:
    """Highest memory of this process so far, MiB; unknown on Windows."""
    if sys.platform == "win32":
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)

"""A disk of a few megabytes, in memory, that can be filled and freed."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FILLER = "filler"


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, mounted on a folder; skips the test with a reason where mounting is not permitted."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def free(disk: Path) -> int:
    """How many bytes can still be written."""
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


def fill(disk: Path, leave: int) -> None:
    """Fill a disk but for so many bytes; what filled it before is taken away."""
    (disk / FILLER).unlink(missing_ok=True)
    room = free(disk) - leave
    if room > 0:
        with (disk / FILLER).open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, room)


def empty(disk: Path) -> None:
    """Take away what filled it."""
    (disk / FILLER).unlink(missing_ok=True)

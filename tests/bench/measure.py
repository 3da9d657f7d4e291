"""How a whole process is measured."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One whole process: wall seconds, peak memory of the largest process in it, and its seconds of processor."""

    seconds: float
    peak_mib: int
    cpu_seconds: float


def measure(command: list[str], folder: Path) -> Measured:
    """Run a command to its end; it must succeed."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    seconds = time.monotonic() - started
    return Measured(round(seconds, 2), usage.ru_maxrss // 1024, round(usage.ru_utime + usage.ru_stime, 2))


def machine(packages: tuple[str, ...]) -> dict[str, str | int | None]:
    """What was measured on: processors, Python and the versions of the packages that did the work."""
    facts = {"cpus": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    return facts | {name: version(name) for name in packages}

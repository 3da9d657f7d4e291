"""Start the sandbox's process, wait for it, and kill it when its time is up or the caller gives up."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import FeijianError, SettingsError

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL")


class SandboxError(FeijianError):
    """The statement ran too long, took too much memory, or its process died."""


@dataclass(frozen=True)
class Found:
    """What a statement found: columns, rows, whether the limit cut some off, and the area's names for the last look."""

    columns: tuple[str, ...]
    rows: list[list[Any]]
    more: bool
    names: frozenset[str]


def run_statement(task: dict[str, Any], seconds: int) -> Found:
    """Run a task of `exports.sandbox.child` in a process of its own, which does not outlive this call.

    The process gets none of the environment's secrets.

    Args:
        task: what `child.run` takes.
        seconds: after which it is killed.

    Raises:
        SandboxError: it was killed or died.
        SettingsError: the statement is wrong.
    """
    environment = {name: value for name, value in os.environ.items() if name in PASSED_ON}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [sys.executable, "-m", "exports.sandbox.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(json.dumps(task).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            raise SandboxError(f"语句运行超过 {seconds} 秒，已停止；请缩小范围，或用 --seconds 放宽。") from None
        finally:
            process.kill()
    if process.returncode != 0:
        raise SandboxError("语句的进程中途退出（多半是内存不够）；请缩小范围，或少取一些列。")
    result = json.loads(output)
    if "error" in result:
        raise SettingsError(f"语句有误：{result['error']}")
    return Found(tuple(result["columns"]), result["rows"], result["more"], frozenset(result["names"]))

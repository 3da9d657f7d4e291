"""A process that has everything imported and forks one `feijian` command at a time.

A new interpreter spends seconds on imports; a child of the nursery begins with the command. Each child leads a process
group of its own, so that all it started dies with it.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAID = "said.txt"
PATIENCE = 120.0  # seconds within which a command must end


@dataclass
class Child:
    """One running command; what it says goes to `said.txt` of its working folder."""

    pid: int
    folder: Path
    nursery: "Nursery"

    def wait(self) -> int:
        """Its exit code once it has ended; minus the signal that ended it."""
        if not self.ended(PATIENCE):
            self.signal(signal.SIGKILL)
        return int(self.nursery.ask({"wait": self.pid}))

    def ended(self, seconds: float = 0) -> bool:
        """Whether it ends within so many seconds."""
        descriptor = os.pidfd_open(self.pid)
        try:
            return bool(select.select([descriptor], [], [], seconds)[0])
        finally:
            os.close(descriptor)

    def signal(self, which: signal.Signals) -> None:
        """Send a signal to it and all it started."""
        os.killpg(self.pid, which)

    def said(self) -> str:
        """Everything that commands in this folder have said."""
        return (self.folder / SAID).read_text(encoding="utf-8")


class Nursery:
    """The near side: starts children and waits for them."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, folder: Path, arguments: Sequence[str], environment: dict[str, str]) -> Child:
        """Start `feijian <arguments>` in a working folder."""
        pid = self.ask({"folder": str(folder), "arguments": list(arguments), "environment": environment})
        return Child(int(pid), folder, self)

    def run(self, folder: Path, arguments: Sequence[str], environment: dict[str, str]) -> int:
        """Start a command and wait for it; its exit code."""
        return self.start(folder, arguments, environment).wait()

    def ask(self, request: dict[str, Any]) -> Any:
        """The nursery's answer."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    """A nursery that ends with the block."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # no thread may run when it forks
    for name in ("FEIJIAN_CONFIG", "PREFECT_API_URL"):
        environment.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.interruptions.nursery"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield Nursery(process)
    finally:
        process.communicate()


def _serve() -> None:
    """The far side: one line in, one line out."""
    import flows.cli
    import flows.commands
    import flows.export
    import flows.sources.mysql
    import flows.sources.postgresql
    import flows.sources.sqlite  # noqa: F401
    from schemas.adapter import load_adapter
    from schemas.registry import load_format

    load_adapter("sample")
    load_format("nhsa/2024")
    for line in sys.stdin:
        request = json.loads(line)
        answer = _wait(request["wait"]) if "wait" in request else _fork(request)
        print(json.dumps(answer), flush=True)


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _fork(request: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(_command(request))
    try:
        os.setpgid(pid, pid)
    except PermissionError:
        time.sleep(0)  # it has done so itself and gone on
    return pid


def _command(request: dict[str, Any]) -> int:
    """In the child: become the command."""
    from flows.cli import main

    os.setpgid(0, 0)
    os.chdir(request["folder"])
    os.environ.update(request["environment"])
    said = os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, descriptor in ((0, nothing), (1, said), (2, said)):
        os.dup2(descriptor, target)
    try:
        return main(request["arguments"])
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    _serve()

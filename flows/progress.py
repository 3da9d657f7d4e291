"""Progress on stderr, and only to a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flows.job import Tell


@contextmanager
def progress(title: str, quiet: bool = False) -> Iterator[Tell]:
    """A spinner with the running step and the time it took; silent when stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda line: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title)
        yield lambda line: bar.update(task, description=f"{title}：{line}")

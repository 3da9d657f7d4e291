"""The next batch of a source comes while the last one is typed and written."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[Iterator[pa.RecordBatch]]:
    """The same batches in the same order, each fetched by one thread while the one before is worked on.

    No more than one waits. What the source raises comes after the batches before it. At the end, and when left early,
    a batch that is on its way is awaited: nobody else may use the connection until then.
    """
    with ThreadPoolExecutor(1, "source") as thread:
        yield _fetched_by(thread, batches)


def _fetched_by(thread: Executor, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    coming = thread.submit(next, batches, None)
    while (batch := coming.result()) is not None:
        coming = thread.submit(next, batches, None)
        yield batch

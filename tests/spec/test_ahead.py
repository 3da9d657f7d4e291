"""While one batch is typed and written the next one comes, and nothing else changes."""

import time
from collections.abc import Iterator
from threading import Event, get_ident

import pyarrow as pa
import pytest

from flows.extraction.ahead import ahead
from schemas.errors import SourceLostError


def numbered(*numbers: int) -> Iterator[pa.RecordBatch]:
    for number in numbers:
        yield pa.record_batch({"n": [number]})


def number_of(batch: pa.RecordBatch) -> int:
    number: int = batch["n"][0].as_py()
    return number


def read_ahead(batches: Iterator[pa.RecordBatch]) -> list[pa.RecordBatch]:
    with ahead(batches) as coming:
        return list(coming)


def test_every_batch_comes_once_and_in_order() -> None:
    assert list(map(number_of, read_ahead(numbered(3, 1, 2, 1)))) == [3, 1, 2, 1]
    assert read_ahead(numbered()) == []


def test_an_empty_batch_does_not_end_the_reading() -> None:
    empty = pa.record_batch({"n": pa.array([], pa.int64())})
    assert [batch.num_rows for batch in read_ahead(iter([empty, *numbered(1)]))] == [0, 1]


def test_the_next_batch_is_fetched_while_the_last_is_worked_on_and_no_further_one() -> None:
    second, third = Event(), Event()

    def source() -> Iterator[pa.RecordBatch]:
        yield from numbered(1)
        second.set()
        yield from numbered(2)
        third.set()

    with ahead(source()) as batches:
        assert number_of(next(batches)) == 1
        assert second.wait(10)
        assert not third.wait(0.05)
        assert number_of(next(batches)) == 2
        assert third.wait(10)


def test_what_the_source_raises_comes_after_the_batches_before_it() -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield from numbered(1, 2)
        raise SourceLostError("连接中断")

    read = []
    with pytest.raises(SourceLostError, match="连接中断"), ahead(broken()) as batches:
        for batch in batches:
            read.append(number_of(batch))
    assert read == [1, 2]


def test_when_the_work_fails_the_batch_on_its_way_is_awaited() -> None:
    readers, asked = set(), Event()

    def source() -> Iterator[pa.RecordBatch]:
        for batch in numbered(1, 2, 3):
            readers.add(get_ident())
            yield batch
            asked.set()
            time.sleep(0.1)

    reading = source()
    with pytest.raises(OSError, match="disk full"), ahead(reading) as batches:
        next(batches)
        assert asked.wait(10)
        raise OSError("disk full")
    assert list(map(number_of, reading)) == [3]
    assert len(readers - {get_ident()}) == 1

"""Rows of a MySQL or MariaDB result, block by block from the server's text protocol into Arrow.

PyMySQL makes a Python object of each value, which for 60 million values takes minutes. Here Python sees each row once,
to find where it ends; the values of a block are found column by column in numpy and copied by Arrow. What the server
sent stays as it is, byte for byte.

A row is one packet: three bytes of length, one of sequence, then the values, each with its length before it; 0xfb is
NULL (MySQL manual, "Text Resultset Row" and "Protocol::LengthEncodedInteger").
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pymysql
from pymysql.constants import CR
from pymysql.cursors import SSCursor
from pymysql.err import raise_mysql_exception

from flows.sources.text import valid_text

BLOCK_ROWS = 65_536
BLOCK_BYTES = 16 << 20
_READ = 1 << 20
_WHOLE = 0xFFFFFF  # a packet of this length goes on in the next one
_NULL = 0xFB
_WIDTHS = {0xFC: 2, 0xFD: 3, 0xFE: 8}  # first byte -> bytes of the length that follows it
_END, _ERROR = 0xFE, 0xFF

Places = npt.NDArray[np.int64]


def row_batches(connection: Any, sql: str, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """The rows of a SELECT as batches of text columns, in memory for one block of rows.

    The result stays open until the last batch: nothing else may be asked meanwhile. One that is left early is read to
    its end unseen, since the protocol knows no other way to stop it.

    Args:
        connection: of PyMySQL, nothing else open on it.
        sql: one SELECT.
        columns: the names of what it gives.

    Raises:
        pymysql.Error: the server refuses, or the connection broke.
    """
    with connection.cursor(SSCursor) as cursor:
        cursor.execute(sql)
        rows = _Rows(connection)
        try:
            while block := rows.block():
                yield pa.RecordBatch.from_arrays(_split(*block, len(columns)), names=list(columns))
        finally:
            rows.skip()
            cursor._result.unbuffered_active = False
            cursor._result.connection = None


class _Rows:
    """What follows the description of a result: packets, until one says that it was the last."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._held = bytearray()
        self._ended = False

    def block(self) -> tuple[bytes, Places, Places] | None:
        """Some rows: the bytes that hold them, and where each begins and ends; None after the last."""
        starts: list[int] = []
        ends: list[int] = []
        held, place = self._held, 0
        while not self._ended and len(starts) < BLOCK_ROWS and place < BLOCK_BYTES:
            end = self._whole(place)
            first = held[place + 4]
            if first == _ERROR or (first == _END and end - place < 13):
                self._ended = True
                if first == _ERROR:
                    raise_mysql_exception(bytes(held[place + 4 : end]))
                break
            starts.append(place + 4)
            ends.append(end)
            place = end
        taken = bytes(held[:place])
        del held[:place]
        return (taken, np.array(starts, np.int64), np.array(ends, np.int64)) if starts else None

    def skip(self) -> None:
        """Read what is left, unseen."""
        with suppress(pymysql.Error):
            while self.block():
                pass

    def _whole(self, place: int) -> int:
        """Where the packet that begins here ends; it is held by then, in one piece, under its first header."""
        held = self._held
        if len(held) < place + 4:
            self._more(place + 4)
        length = held[place] | held[place + 1] << 8 | held[place + 2] << 16
        end = place + 4 + length
        if len(held) < end:
            self._more(end)
        while length == _WHOLE:
            self._more(end + 4)
            length = int.from_bytes(held[end : end + 3], "little")
            del held[end : end + 4]
            end += length
            self._more(end)
        return end

    def _more(self, until: int) -> None:
        """Read until so many bytes are held."""
        while len(self._held) < until:
            try:
                got = self._connection._rfile.read1(_READ)
            except (OSError, ValueError, AttributeError):  # cut, or closed under our hands
                got = b""
            if not got:
                self._ended = True
                self._connection._force_close()
                raise pymysql.OperationalError(CR.CR_SERVER_LOST, "Lost connection to MySQL server during query")
            self._held += got


def _split(block: bytes, starts: Places, ends: Places, columns: int) -> list[pa.Array]:
    """The values of some rows, column by column, as text."""
    data = np.frombuffer(block, np.uint8)
    memory = pa.py_buffer(block)
    arrays = []
    place = starts
    for _ in range(columns):
        first = data[place]
        begin, length = place + 1, np.where(first < _NULL, first, 0).astype(np.int64)
        for mark, width in _WIDTHS.items():
            for row in np.flatnonzero(first == mark):
                begin[row] += width
                length[row] = int.from_bytes(block[place[row] + 1 : begin[row]], "little")
        place = begin + length
        arrays.append(valid_text(_between(memory, begin, place, first == _NULL)))
    if not np.array_equal(place, ends):
        raise pymysql.InternalError(CR.CR_MALFORMED_PACKET, "Malformed row")
    return arrays


def _between(memory: pa.Buffer, begin: Places, end: Places, null: npt.NDArray[np.bool_]) -> pa.Array:
    """The bytes between each begin and its end.

    All of them lie in one memory, so an array over it has them at its even places and what is between them at the odd.
    """
    offsets = pa.py_buffer(np.column_stack((begin, end)).astype(np.int32))
    everything = pa.BinaryArray.from_buffers(pa.binary(), 2 * len(begin) - 1, [None, offsets, memory])
    return everything.take(pa.array(np.arange(len(begin)) * 2, mask=null))

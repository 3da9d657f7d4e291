"""Text files of any charset and line end, as one stream of UTF-8."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import LearnError

_CHUNK = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Charset:
    """How a text file is encoded: the codec that reads it, its plain name, whether it begins with a BOM."""

    codec: str
    name: str
    bom: bool
    quotes: bool
    """Whether a double quote occurs anywhere."""


def find_charset(path: Path, file: str) -> Charset:
    """Decode a whole file strictly and say what it is.

    Raises:
        LearnError: it is no text, or neither UTF-8 (UTF-16 with a BOM) nor GB18030; with the line of the first byte
            that does not fit.
    """
    with path.open("rb") as handle:
        start = handle.read(4)
    bom = next((mark for mark in _BOMS if start.startswith(mark)), b"")
    codec = _BOMS.get(bom, "utf-8")
    furthest = (0, "")
    for one in [codec] if bom else [codec, "gb18030"]:
        lines, quotes = 1, False
        try:
            for text in _decoded(path, one):
                if "\0" in text:
                    raise LearnError(
                        f"{file} 不是文本文件（含有空字节）；若是没有 BOM 的 UTF-16，请另存为 UTF-8 后再试。"
                    )
                lines += text.count("\n")
                quotes = quotes or '"' in text
            return Charset(one, one.removesuffix("-sig"), bool(bom), quotes)
        except UnicodeDecodeError as error:
            bad = error.object[error.start : error.start + 1].hex().upper()
            furthest = max(furthest, (lines + error.object[: error.start].count(b"\n"), bad))
    line, bad = furthest
    raise LearnError(
        f"{file} 第 {line} 行有无法识别的字节 0x{bad}：整个文件既不是 UTF-8，也不是 GB18030。"
        "请从原系统重新导出，或用编辑器改正这一行后另存为 UTF-8。"
    )


def _decoded(path: Path, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)()
    with path.open("rb") as handle:
        while data := handle.read(_CHUNK):
            yield decoder.decode(data)
        yield decoder.decode(b"", True)


def read_head(path: Path, charset: Charset) -> tuple[list[str], bool]:
    """The first lines of a file, and whether these are all; a last line that was cut is left out."""
    text = next(_decoded(path, charset.codec))
    whole = path.stat().st_size <= _CHUNK
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not whole or not lines[-1]:
        lines.pop()
    return lines, whole


class Utf8Stream(io.RawIOBase):
    r"""A text file as UTF-8 with `\n` line ends and a delimiter of one character.

    Decodes first and replaces afterwards: the second byte of a GB18030 character may be `@` or `|`.

    Args:
        path: the file.
        charset: what `find_charset` found.
        delimiter: a delimiter of several characters becomes SEPARATOR.
        quoted: whether line breaks may stand inside quotes; those are not counted as line ends.
    """

    def __init__(self, path: Path, charset: Charset, delimiter: str, quoted: bool) -> None:
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder(charset.codec)()
        self._delimiter = delimiter if len(delimiter) > 1 else ""
        self._held_back = re.compile(f"(?:\r|{'|'.join(_beginnings(self._delimiter))})\\Z")
        self._quoted = quoted
        self._inside = False
        self._tail = ""
        self._ends: set[str] = set()

    def readable(self) -> bool:
        """It is read from."""
        return True

    def close(self) -> None:
        """Close the file below too."""
        self._file.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, empty at the end; a byte of any charset gives at most two of UTF-8."""
        while True:
            data = self._file.read(max(size // 2, 16) if size > 0 else _CHUNK)
            text = self._tail + self._decoder.decode(data, not data)
            if self._delimiter:
                text = text.replace(self._delimiter, SEPARATOR)
            held = self._held_back.search(text[-len("|@|") :]) if data else None
            self._tail = held.group() if held else ""
            text = text[: len(text) - len(self._tail)]
            if text or not data:
                return self._plain(text).encode()

    def _plain(self, text: str) -> str:
        self._count_ends(text)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _count_ends(self, text: str) -> None:
        """Count line ends; where there are several kinds, only those outside quotes."""
        ends = _ends(text)
        if self._quoted:
            if len(ends) > 1:
                ends = _ends("\0".join(text.split('"')[int(self._inside) :: 2]))
            self._inside ^= text.count('"') % 2 == 1
        self._ends |= ends

    @property
    def line_end(self) -> str:
        """The one line end met so far, `mixed`, or empty."""
        return "mixed" if len(self._ends) > 1 else "".join(self._ends)


def _ends(text: str) -> set[str]:
    """The kinds of line end that occur in a text."""
    both = text.count("\r\n")
    counts = {"\r\n": both, "\n": text.count("\n") - both, "\r": text.count("\r") - both}
    return {end for end, count in counts.items() if count}


def _beginnings(token: str) -> list[str]:
    return [re.escape(token[:length]) for length in range(len(token) - 1, 0, -1)] or ["(?!)"]

"""A customer's workbook without all but its first rows, whatever its size: last year's rows are never loaded."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from schemas.errors import TemplateError

KEPT_ROWS = 30
LARGEST = 256 * 2**20  # bytes of all that is not a sheet, such as the texts that its cells share
_SHEET = re.compile(r"/worksheets/[^/]+\.xml$", re.IGNORECASE)
_BLOCK = 2**18


def trimmed(template: Path) -> bytes:
    """The workbook with at most `KEPT_ROWS` rows in each sheet.

    Raises:
        TemplateError: it is no xlsx, is damaged, or holds too much besides its sheets.
    """
    kept = BytesIO()
    try:
        with ZipFile(template) as source, ZipFile(kept, "w", ZIP_DEFLATED, compresslevel=1) as target:
            entries = source.infolist()
            if sum(entry.file_size for entry in entries if not _SHEET.search(entry.filename)) > LARGEST:
                raise TemplateError(
                    f"模板 {template.name} 过大：请在 Excel 中删去上年的数据，只留表头和一两行，另存后再作模板。"
                )
            for entry in entries:
                sheet = _SHEET.search(entry.filename)
                target.writestr(entry.filename, _first_rows(source, entry) if sheet else source.read(entry))
    except FileNotFoundError:
        raise TemplateError(f"没有模板文件 {template}，请检查 --workbook-template。") from None
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, zlib.error):
        raise TemplateError(
            f"模板 {template.name} 不是可读的 xlsx：xls 请先另存为 xlsx，加了密码的请先去掉密码。"
        ) from None
    except expat.ExpatError as error:
        raise TemplateError(f"模板 {template.name} 已损坏（{error}），请用 Excel 打开另存后再试。") from None
    return kept.getvalue()


class _Rows:
    """Where, in bytes, the first row too many starts and where the rows end."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.rows = self.cut = self.end = 0

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "row":
            self.rows += 1
            if self.rows == KEPT_ROWS + 1:
                self.cut = self.parser.CurrentByteIndex

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "sheetData":
            self.end = self.parser.CurrentByteIndex

    def _doctype(self, *_said: object) -> None:
        raise expat.ExpatError("DOCTYPE")


def _first_rows(zipped: ZipFile, entry: ZipInfo) -> bytes:
    """A sheet's XML without the rows after the first ones, read twice block by block."""
    found = _Rows()
    for block in _blocks(zipped, entry):
        found.parser.Parse(block, False)
    found.parser.Parse(b"", True)
    if not found.cut:
        return zipped.read(entry)
    kept, at = bytearray(), 0
    for block in _blocks(zipped, entry):
        kept += block[: max(found.cut - at, 0)] + block[max(found.end - at, 0) :]
        at += len(block)
    return bytes(kept)


def _blocks(zipped: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    with zipped.open(entry) as part:
        while block := part.read(_BLOCK):
            yield block

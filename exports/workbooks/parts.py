"""A workbook as a zip of XML parts whose bytes depend on nothing but the content."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from exports.workbooks.cells import xml_text
from exports.workbooks.limits import CREATED

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LEVEL = 1  # of compression: higher ones take twice the time for a file smaller by a fifth
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    f'<dcterms:created xsi:type="dcterms:W3CDTF">{CREATED:%Y-%m-%dT%H:%M:%SZ}</dcterms:created></cp:coreProperties>'
)
_STATIC = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>",
    "docProps/core.xml": CORE,
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/>'
    "</Relationships>",
}


@contextmanager
def open_zip(path: Path) -> Iterator[ZipFile]:
    """A new zip whose entries have one time, one system and one compression."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=LEVEL) as zipped:
        yield zipped
        for entry in zipped.infolist():
            entry.create_system = 3  # else it would name the system that wrote it


def write_parts(zipped: ZipFile, parts: dict[str, str]) -> None:
    """Small parts, whole."""
    for name, content in parts.items():
        with zipped.open(name, "w") as handle:
            handle.write(content.encode())


def write_stream(zipped: ZipFile, name: str, blocks: Iterable[bytes | memoryview]) -> None:
    """A part block by block."""
    with zipped.open(name, "w") as handle:
        for block in blocks:
            handle.write(block)


def frame(sheet: str, styles: str) -> dict[str, str]:
    """Every part of a workbook with one sheet called `sheet`, but the sheet itself."""
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}/relationships"><bookViews><workbookView/></bookViews>'
        f'<sheets><sheet name="{xml_text(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return {
        name: HEAD + xml for name, xml in (*_STATIC.items(), ("xl/workbook.xml", workbook), ("xl/styles.xml", styles))
    }

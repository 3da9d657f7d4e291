"""The styles of our own workbooks: header, words above it, and one look per kind of column."""

from collections.abc import Sequence

from exports.workbooks.cells import Look, xml_text
from schemas.format import FormatColumn

FIRST_FORMAT = 164  # lower numbers are Excel's own
TEXT, DEFUSED, HEADER, ABOVE = 1, 2, 3, 4
_FIXED = (
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>',
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"'
    ' applyBorder="1"/>',
    '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"'
    ' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
)
_FONT = '<sz val="11"/>{colour}<name val="宋体"/><charset val="134"/>'
_DATES = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}


def number_format(column: FormatColumn) -> str:
    """How Excel shows a column: amounts with the format's decimals, dates as ISO has them, all else as text."""
    if column.kind == "decimal":
        return "0" + ("." + "0" * column.scale if column.scale else "")
    return _DATES.get(column.kind, "@")


def looks_of(columns: Sequence[FormatColumn]) -> tuple[list[Look], str]:
    """The looks of columns, and `styles.xml`."""
    formats = sorted({number_format(column) for column in columns} - {"@"})
    own = {form: len(_FIXED) + place for place, form in enumerate(formats)} | {"@": TEXT}
    return [Look(own[number_format(column)], TEXT, DEFUSED) for column in columns], _styles(formats)


def _styles(formats: list[str]) -> str:
    numbers = "".join(
        f'<numFmt numFmtId="{FIRST_FORMAT + place}" formatCode="{xml_text(form)}"/>'
        for place, form in enumerate(formats)
    )
    cells = "".join(_FIXED) + "".join(
        f'<xf numFmtId="{FIRST_FORMAT + place}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for place in range(len(formats))
    )
    plain, grey = _FONT.format(colour=""), _FONT.format(colour='<color rgb="FF595959"/>')
    none = "<border><left/><right/><top/><bottom/><diagonal/></border>"
    line = '<border><left/><right/><top/><bottom style="thin"><color auto="1"/></bottom><diagonal/></border>'
    return (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + (f'<numFmts count="{len(formats)}">{numbers}</numFmts>' if formats else "")
        + f'<fonts count="3"><font>{plain}</font><font><b/>{plain}</font><font>{grey}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill><fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/><bgColor indexed="64"/></patternFill>'
        "</fill></fills>"
        f'<borders count="2">{none}{line}</borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_FIXED) + len(formats)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )

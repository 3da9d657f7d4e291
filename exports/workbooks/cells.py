"""One row of a worksheet as XML, put together by DuckDB; and the few cells that Python writes.

A value that starts like a formula is a text cell as every text is, and no reader runs a text cell; its style also has
`quotePrefix`, so that it stays a text when somebody edits the cell and presses Enter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from exports.duck import literal
from exports.workbooks.limits import CUT, LONGEST_TEXT, SHEET_ROWS
from exports.workbooks.scan import ESCAPE_LIKE, ILLEGAL, RUNS, Column, too_long, too_wide

ROW = '"sheet row"'
_PLACES = 100_000_000_000  # a day in so many parts: under a microsecond each
_INLINE, _CLOSE = '" t="inlineStr"><is><t>', "</t></is></c>"
_VALUE, _END = '"><v>', "</v></c>"
_KEEPING = '" t="inlineStr"><is><t xml:space="preserve">'


@dataclass(frozen=True)
class Look:
    """The numbers of a column's cell styles: of its own kind, of texts, and of texts that look like a formula."""

    own: int
    text: int
    defused: int


def letters(place: int) -> str:
    """The letters of a column, counted from 1."""
    name = ""
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def row_sql(columns: Sequence[tuple[int, Column, Look]]) -> str:
    """SQL of a whole `<row>`; the text `"sheet row"` holds its number.

    Args:
        columns: place in the sheet (from 1, ascending), column and styles.
    """
    cells = ", ".join(_cell(letters(place), column, look) for place, column, look in columns)
    return f"""concat('<row r="', {ROW}, '">', {cells}, '</row>')"""


def around(place: int, column: Column, look: Look) -> int:
    """The most bytes that stand around the text of a cell."""
    style = max(len(str(number)) for number in (look.own, look.text, look.defused))
    inner = _INLINE + _CLOSE if column.kind == "text" or column.wide else _VALUE + _END
    return len(f'<c r="{letters(place)}{SHEET_ROWS}" s="{_KEEPING + _CLOSE if column.suspect else inner}') + style


def _cell(letter: str, column: Column, look: Look) -> str:
    """SQL of a cell; NULL where there is no value, which `concat` leaves out."""
    start = f"""'<c r="{letter}' || {ROW} || '" s="'"""
    if column.kind == "text":
        return _text(start, column, look)
    cell = f"""{start[:-1]}{look.own}{_VALUE}' || {_NUMBERS[column.kind](column.sql)} || '{_END}'"""
    if not column.wide:
        return cell
    kept = f"""{start[:-1]}{look.text}{_INLINE}' || {plain(column)} || '{_CLOSE}'"""
    return f"CASE WHEN {too_wide(column)} THEN {kept} ELSE {cell} END"


def _text(start: str, column: Column, look: Look) -> str:
    if not column.suspect:
        return f"""{start[:-1]}{look.own}{_INLINE}' || {column.sql} || '{_CLOSE}'"""
    style = f"CASE WHEN regexp_matches({column.sql}, {literal(RUNS)}) THEN '{look.defused}' ELSE '{look.own}' END"
    return f"""{start} || {style} || '{_KEEPING}' || {_escaped(column.sql)} || '{_CLOSE}'"""


def _escaped(text: str) -> str:
    """SQL of a text as XML: what XML cannot hold becomes a space, every line break a line feed."""
    half = (LONGEST_TEXT - len(CUT)) // 2
    whole = LONGEST_TEXT - len(CUT)
    kept = f"CASE WHEN regexp_matches({text}, '[\\x{{10000}}-\\x{{10FFFF}}]') THEN {half} ELSE {whole} END"
    cut = f"CASE WHEN {too_long(text)} THEN left({text}, {kept}) || {literal(CUT)} ELSE {text} END"
    clean = f"replace(replace(regexp_replace({cut}, {literal(ILLEGAL)}, ' ', 'g'), '\r\n', '\n'), '\r', '\n')"
    literally = rf"regexp_replace({clean}, '_({ESCAPE_LIKE[1:-1]})', '_x005F_\1', 'g')"
    return f"replace(replace(replace({literally}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _days(day: str) -> str:
    return f"CAST(date_diff('day', DATE '1899-12-30', {day}) AS VARCHAR)"


def _moment(time: str) -> str:
    """A day and its fraction in whole numbers, so that every machine writes the same; seconds as the CSV has them."""
    midnight = f"CAST(CAST({time} AS DATE) AS TIMESTAMP)"
    seconds = f"((epoch_us({time}) - epoch_us({midnight})) // 1000000)"
    fraction = f"({seconds} * {_PLACES} + 43200) // 86400"
    return f"{_days(f'CAST({time} AS DATE)')} || '.' || lpad(CAST({fraction} AS VARCHAR), 11, '0')"


_NUMBERS = {"decimal": lambda number: f"CAST({number} AS VARCHAR)", "date": _days, "datetime": _moment}


def plain(column: Column) -> str:
    """SQL of a value as text, as the CSV has it."""
    if column.kind == "datetime":
        return f"strftime({column.sql}, '%Y-%m-%d %H:%M:%S')"
    return f"CAST({column.sql} AS VARCHAR)"


def text_row(number: int, texts: Sequence[str], style: int) -> str:
    """A row of texts that the format itself holds, such as the header."""
    cells = "".join(
        f'<c r="{letters(place)}{number}" s="{style}{_KEEPING}{xml_text(text)}{_CLOSE}'
        for place, text in enumerate(texts, start=1)
        if text
    )
    return f'<row r="{number}">{cells}</row>'


def xml_text(text: str) -> str:
    """A text as XML can hold it."""
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", " ", text).replace("\r\n", "\n").replace("\r", "\n")
    return escape(re.sub(f"_({ESCAPE_LIKE[1:-1]})", r"_x005F_\1", clean), {'"': "&quot;"})

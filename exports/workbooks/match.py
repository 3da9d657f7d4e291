"""Which table a customer's sheet is for, and which column stands where in it.

A sheet goes by the table's name or Chinese title, or else by a header that only one table has; a header cell by the
column's name or Chinese label. What belongs to nothing is refused: a sheet that stayed as it is would carry last year's
rows out of the house, and a column without a place would be missing from the delivery.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from exports.workbooks.cells import letters
from exports.workbooks.write import sheet_name
from schemas.errors import TemplateError
from schemas.format import FormatColumn, FormatTable

SEARCHED_ROWS = 20


@dataclass(frozen=True)
class Sheet:
    """A sheet of a template: its table, the last row of its header, and the place of each column (from 1)."""

    title: str
    table: FormatTable
    header: int
    places: tuple[tuple[int, FormatColumn], ...]


def match_sheet(sheet: Any, tables: Sequence[FormatTable]) -> Sheet | None:
    """What a sheet of openpyxl is for; None for an empty one.

    Raises:
        TemplateError: it is for no table of the format, or a cell of its header for no column.
    """
    if not any(_texts(sheet, row) for row in range(1, sheet.max_row + 1)):
        return None
    named = [table for table in tables if _title(sheet.title) in {_title(name) for name in _names(table)}]
    if len(named) == 1:
        return _match_header(sheet, named[0])
    fitting = [found for table in tables if (found := _fit(sheet, table))]
    if len(fitting) == 1:
        return fitting[0]
    raise TemplateError(
        f"模板的工作表“{sheet.title}”不知道是哪张表：请改成格式中的表名（如 {tables[0].name}）或中文表名"
        f"（如 {sheet_name(tables[0])}）；不交付的工作表请从模板中删去，以免带出上年的数据。"
    )


def _names(table: FormatTable) -> tuple[str, ...]:
    return table.name, table.title, sheet_name(table)


def _title(text: str) -> str:
    """A sheet's name as people mean it: without numbering, punctuation and width."""
    plain = re.sub(r"[\s/\\:*?\[\]'_·、.-]", "", normalize("NFKC", text)).casefold()
    return plain.lstrip("0123456789") or plain


def _head(text: str) -> str:
    """A header cell as people mean it: without blanks, width and the star of a required column."""
    return re.sub(r"\s", "", normalize("NFKC", text)).strip("*").casefold()


def _texts(sheet: Any, row: int) -> dict[int, str]:
    cells = (sheet.cell(row, place) for place in range(1, sheet.max_column + 1))
    return {cell.column: str(cell.value) for cell in cells if cell.value not in (None, "")}


def _fit(sheet: Any, table: FormatTable) -> Sheet | None:
    try:
        return _match_header(sheet, table)
    except TemplateError:
        return None


def _match_header(sheet: Any, table: FormatTable) -> Sheet:
    known = _known(table)
    rows = {row: _texts(sheet, row) for row in range(1, min(sheet.max_row, SEARCHED_ROWS) + 1)}
    hits = {row: sum(_head(text) in known for text in texts.values()) for row, texts in rows.items()}
    best = max(hits, key=lambda row: (hits[row], -row))
    if hits[best] * 2 < len(rows[best]) or not hits[best]:
        raise TemplateError(
            f"模板的工作表“{sheet.title}”前 {SEARCHED_ROWS} 行没有找到{table.title}（{table.name}）的表头："
            "表头各格应是列名或中文名。"
        )
    places = _places(sheet.title, table, best, rows[best], known)
    header = best
    while _is_head(_texts(sheet, header + 1), table):
        header += 1
    return Sheet(sheet.title, table, header, places)


def _known(table: FormatTable) -> dict[str, list[FormatColumn]]:
    """The columns that a header cell can mean; names go before labels."""
    known: dict[str, list[FormatColumn]] = {}
    for column in table.columns:
        known.setdefault(_head(column.name), []).append(column)
    for attribute in ("field", "label"):
        taken = set(known)
        for column in table.columns:
            text = _head(getattr(column, attribute))
            if text and text not in taken:
                known.setdefault(text, []).append(column)
    return known


def _places(
    title: str, table: FormatTable, row: int, texts: dict[int, str], known: dict[str, list[FormatColumn]]
) -> tuple[tuple[int, FormatColumn], ...]:
    places: list[tuple[int, FormatColumn]] = []
    for place, text in texts.items():
        cell = f"模板的工作表“{title}”的单元格 {letters(place)}{row}“{text}”"
        columns = known.get(_head(text), [])
        if not columns:
            raise TemplateError(f"{cell}不是{table.title}（{table.name}）的列名或中文名，请改正或删去这一列。")
        if len(columns) > 1:
            names = "、".join(column.name for column in columns)
            raise TemplateError(f"{cell}可能是几个列（{names}），请改写成列名。")
        places.append((place, columns[0]))
    twice = [name for name, times in Counter(column.name for _, column in places).items() if times > 1]
    absent = [column.name for column in table.columns if column.name not in {one.name for _, one in places}]
    if twice or absent:
        wrong = f"有两格都是 {'、'.join(twice)}" if twice else f"缺少列：{'、'.join(absent)}"
        raise TemplateError(f"模板的工作表“{title}”第 {row} 行的表头{wrong}。请按本年格式改正后再导出。")
    return tuple(places)


def _is_head(texts: dict[int, str], table: FormatTable) -> bool:
    """Whether a row below the header still speaks of the columns: their names, labels, types or notes."""
    words = {
        _head(word)
        for column in table.columns
        for word in (column.name, column.field, column.label, column.printed, column.note)
        if word
    }
    return bool(texts) and 2 * sum(_head(text) in words for text in texts.values()) > len(texts)

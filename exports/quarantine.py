"""The quarantined rows for the institution's own eyes: one workbook per std table, every cell text.

They hold personal data: the workbooks belong in `local/`, never in `deliver/`. Identical rows give identical bytes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from exports.duck import literal, one_row, quoted
from exports.workbooks.limits import CREATED, LONGEST_TEXT, SHEET_ROWS
from schemas.std import StdSpec

REASONS = {
    "key": "标识缺失或无法读出",
    "amount": "金额缺失或无法读出",
    "time": "日期缺失或无法读出",
    "parent": "找不到所属的结算单",
}
BLOCK = 10_000
CUT = "……（内容过长，此处截断）"
_HEAD = ("隔离原因", "源行", "源库中无法读出的原值")


def write_quarantined(
    database: Any, spec: StdSpec, rows: str, folder: Path, sheet_rows: int = SHEET_ROWS
) -> list[Path]:
    """Write `<std table>.xlsx`, and `<std table>_p02.xlsx` and so on when a sheet cannot hold all rows.

    Args:
        database: an open DuckDB.
        spec: the std table.
        rows: SQL of the rows: `reason`, `_row`, `unread` (text), then the std columns.
        folder: where the files go, made when there is a row.
        sheet_rows: rows of one sheet, header included.

    Returns:
        The files, in order; none when there is no row.
    """
    titles = {column.name: column.title for column in spec.columns}
    named = [name for name in titles if not name.startswith("_")]
    listed = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in ("_row", "unread", *named))
    [total] = one_row(database, f"SELECT count(*) FROM ({rows})")
    files: list[Path] = []
    for offset in range(0, total, sheet_rows - 1):
        folder.mkdir(parents=True, exist_ok=True)
        number = f"_p{len(files) + 1:02d}" if files else ""
        files.append(folder / f"{spec.name}{number}.xlsx")
        ordered = f"SELECT {_reason()}, {listed} FROM ({rows}) ORDER BY ALL"
        database.execute(f"{ordered} LIMIT {sheet_rows - 1} OFFSET {offset}")
        _write(files[-1], spec.title, [*_HEAD, *(f"{titles[name]}（{name}）" for name in named)], _blocks(database))
    return files


def _reason() -> str:
    return (
        "CASE reason "
        + " ".join(f"WHEN {literal(word)} THEN {literal(said)}" for word, said in REASONS.items())
        + " END"
    )


def _blocks(database: Any) -> Iterator[tuple[str | None, ...]]:
    while block := database.fetchmany(BLOCK):
        yield from block


def _write(file: Path, title: str, head: list[str], rows: Iterator[tuple[str | None, ...]]) -> None:
    with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(file.parent)}) as workbook:
        workbook.set_properties({"created": CREATED})
        sheet = workbook.add_worksheet(title)
        text = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"num_format": "@", "bold": True, "bg_color": "#DDEBF7", "bottom": 1})
        sheet.set_column(0, len(head) - 1, 20, text)
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(head):
            sheet.write_string(0, place, name, bold)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write_string(number, place, _fitting(value), text)


def _fitting(value: str) -> str:
    return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - len(CUT)] + CUT

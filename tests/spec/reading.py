"""How the tests of reading make small deliveries and look at what was read."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.learn.delivery import read_delivery
from flows.learn.sheet import Delivery, Note, Sheet
from schemas.words import plain

KNOWN = frozenset(
    map(plain, ("HISID", "BILL_DATE", "ITEM_NAME", "COST", "NUM", "结算单据号", "结算日期", "项目名称", "金额", "数量"))
)
HEADER = "HISID,BILL_DATE,ITEM_NAME,COST"


def deliver(path: Path, *include_hidden: str) -> Delivery:
    return read_delivery(path, path.parent / f"{path.name}.spill", KNOWN, frozenset(include_hidden))


def only(path: Path, *include_hidden: str) -> Sheet:
    """The one table of a delivery."""
    (sheet,) = deliver(path, *include_hidden).sheets
    return sheet


def text_file(folder: Path, content: str | bytes, name: str = "明细.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(sheet: Sheet) -> list[tuple[Any, ...]]:
    table = pq.read_table(sheet.rows)
    assert tuple(table.column_names) == sheet.header
    assert table.num_rows == sheet.count
    return [tuple(row.values()) for row in table.to_pylist()]


def noted(source: Sheet | Delivery, kind: str) -> list[Note]:
    return [note for note in source.notes if note.kind == kind]


def lines(count: int) -> list[str]:
    return [f"H{number:05},2024-01-0{number % 9 + 1},阿莫西林,{number}.50" for number in range(count)]

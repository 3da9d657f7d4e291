"""What was written into a sheet of a workbook, and what of it stands in the manifest."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Workbook:
    """One sheet with rows of one table.

    `file` is the name in `deliver/xlsx`; a workbook made from a template holds several sheets, hence several records.
    `replaced` counts values in which a character that XML cannot hold became a space, or a carriage return a line
    feed; `cut` counts values longer than a cell, which end in a mark.
    """

    table: str
    file: str
    sheet: str
    rows: int
    replaced: int = 0
    cut: int = 0


def manifest_facts(workbooks: Iterable[Workbook]) -> dict[str, dict[str, Any]]:
    """What the manifest says of each workbook besides its bytes: path under `deliver` -> facts.

    `feijian:table`, `feijian:rows`, `feijian:replaced` and `feijian:cut` of a workbook with one table; a workbook with
    several has the same facts sheet by sheet in `feijian:sheets`.
    """
    sheets: dict[str, list[Workbook]] = {}
    for one in workbooks:
        sheets.setdefault(f"xlsx/{one.file}", []).append(one)
    return {
        path: _facts(held[0]) if len(held) == 1 else {"feijian:sheets": [_sheet(one) for one in held]}
        for path, held in sheets.items()
    }


def _facts(one: Workbook) -> dict[str, Any]:
    return {f"feijian:{name}": value for name, value in _sheet(one).items() if name != "sheet"}


def _sheet(one: Workbook) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "file"}

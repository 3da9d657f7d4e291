"""Adjusted values: `adjustments.csv` in the store, one line per correction, the last one of a place holds.

Reports are corrected by hand in practice (commission.md 0.7); what was computed is kept and both are exported.
"""

import csv
import io
from decimal import Decimal, InvalidOperation
from pathlib import Path

from exports.commission.reports.values import Adjustment, Place
from schemas.errors import SettingsError
from schemas.figure import Scope
from schemas.reference import read_rows

FILE = "adjustments.csv"
FIELDS = ("pack", "period", "form", "cell", "node", "scope", "computed", "adjusted", "reason", "who", "day")


def read_adjustments(folder: Path, pack: str, period: str) -> dict[Place, Adjustment]:
    """The corrections of one pack and period; an empty `adjusted` takes an earlier one back.

    Raises:
        SettingsError: a line cannot be read; the message names it.
    """
    path = folder / FILE
    found: dict[Place, Adjustment] = {}
    for number, row in enumerate(read_rows(path) if path.is_file() else [], start=2):
        if (row["pack"], row["period"]) != (pack, period):
            continue
        place = (row["form"], row["cell"], row["node"], _scope(row["scope"], path, number))
        found.pop(place, None)
        if row["adjusted"]:
            found[place] = _adjustment(row, place[3], path, number)
    return found


def append_adjustment(folder: Path, adjustment: Adjustment, takes_back: bool = False) -> None:
    """Add one line; earlier lines stay as they are.

    Raises:
        SettingsError: no reason or no name was given.
    """
    if not adjustment.reason.strip() or not adjustment.who.strip():
        raise SettingsError("调整数必须写明原因（--reason）和调整人（--by）。")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not path.is_file():
        writer.writerow(FIELDS)
    values = vars(adjustment)
    shown = ["" if values[name] is None or (takes_back and name == "adjusted") else values[name] for name in FIELDS]
    writer.writerow([f"{value:f}" if isinstance(value, Decimal) else str(value) for value in shown])
    with path.open("a", encoding="utf-8") as file:
        file.write(text.getvalue())


def _scope(text: str, path: Path, line: int) -> Scope:
    try:
        return Scope(text)
    except ValueError:
        raise SettingsError(f"{path} 第 {line} 行的范围“{text}”应为 {'、'.join(Scope)} 之一。") from None


def _adjustment(row: dict[str, str], scope: Scope, path: Path, line: int) -> Adjustment:
    try:
        computed = Decimal(row["computed"]) if row["computed"] else None
        adjusted = Decimal(row["adjusted"])
    except InvalidOperation:
        raise SettingsError(f"{path} 第 {line} 行的计算数或调整数不是数字，请更正。") from None
    if not adjusted.is_finite() or not row["reason"].strip() or not row["who"].strip():
        raise SettingsError(f"{path} 第 {line} 行缺少原因或调整人，或调整数无效。")
    rest = {name: row[name] for name in ("pack", "period", "form", "cell", "node", "reason", "who", "day")}
    return Adjustment(scope=scope, computed=computed, adjusted=adjusted, **rest)

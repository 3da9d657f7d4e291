"""The customer's own monthly totals, against which V11 and V12 are held: an optional small CSV."""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from schemas.errors import SettingsError
from schemas.reference import read_text

MONTH, TOTAL, INSURED = "月份", "财务总费用", "医保端费用"


@dataclass(frozen=True)
class MonthlyTotals:
    """Yuan per month (`yyyymm`): the financial statement's total, and the insurer side's insured total."""

    total: dict[str, Decimal]
    insured: dict[str, Decimal]


def read_finance(path: Path) -> MonthlyTotals:
    """Read a CSV with the columns 月份, 财务总费用, 医保端费用; an empty cell means "not known".

    Raises:
        SettingsError: the file is missing, a column is missing, or a value is no month or no amount.
    """
    if not path.is_file():
        raise SettingsError(f"找不到财务合计文件 {path}。")
    result = MonthlyTotals({}, {})
    with io.StringIO(read_text(path), newline="") as handle:
        reader = csv.DictReader(handle)
        missing = [name for name in (MONTH, TOTAL, INSURED) if name not in (reader.fieldnames or [])]
        if missing:
            raise SettingsError(f"{path.name} 的表头缺少 {'、'.join(missing)}；应为 {MONTH},{TOTAL},{INSURED}。")
        for row in reader:
            place = f"{path.name} 第 {reader.line_num} 行"
            month = _month(row[MONTH], place)
            for name, sums in ((TOTAL, result.total), (INSURED, result.insured)):
                if row[name] and row[name].strip():
                    sums[month] = _amount(row[name], place, name)
    return result


def _month(text: str | None, place: str) -> str:
    digits = (text or "").strip().replace("-", "").replace("/", "")
    if len(digits) != 6 or not digits.isdigit() or not "01" <= digits[4:] <= "12":
        raise SettingsError(f"{place} 的{MONTH}“{text}”无效，应写成 2024-01 或 202401。")
    return digits


def _amount(text: str, place: str, name: str) -> Decimal:
    try:
        amount = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise SettingsError(f"{place} 的{name}“{text}”不是金额（元）。")
    return amount

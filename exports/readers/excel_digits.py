"""Excel or WPS with a double click, and "save as CSV": numbers, codes and dates come out changed.

Rows and sums survive; identity numbers, codes and times do not. The harmed columns are named, so that whoever gets
such a file back can tell why it does not match.
"""

from dataclasses import replace
from typing import Any

from exports.acceptance.package import Delivery
from exports.duck import literal, quoted
from exports.manifest import relation
from exports.readers.reading import Harm, Read, Reading, harms_of, measure, read_tables
from schemas.format import FormatTable

SHEET_ROWS = 1_048_576
DIGITS = "超过 15 位，末位变 0"
_DATE = r"\d{1,4}[-/]\d{1,2}([-/]\d{1,4})?"
_MONTH = r"(?i)(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}[- ]?\d{1,4}"
_EXPONENT = r"\d+(\.\d+)?[eE][+-]?\d+"
_NUMBER = (
    f"CASE WHEN strlen(value) > 15 AND regexp_full_match(value, '\\d+') THEN {literal(DIGITS)}"
    " WHEN starts_with(value, '0') AND regexp_full_match(value, '0\\d+') THEN '前导 0 丢失'"
    f" WHEN strlen(value) <= 15 AND (contains(value, '-') OR contains(value, '/'))"
    f" AND regexp_full_match(value, {literal(_DATE)}) THEN '变成日期'"
    " WHEN (contains(value, 'E') OR contains(value, 'e'))"
    f" AND regexp_full_match(value, {literal(_EXPONENT)}) THEN '变成科学计数'"
    " WHEN ends_with(value, '0') AND regexp_full_match(value, '\\d+\\.\\d*0') THEN '小数末尾的 0 丢失' END"
)
_TEXT = (
    f"CASE WHEN value >= '0' AND value < ':' THEN {_NUMBER}"
    " WHEN value < 'A' AND left(value, 1) IN ('=', '+', '-', '@') AND strlen(value) > 1"
    " AND TRY_CAST(value AS DECIMAL(38,9)) IS NULL THEN '当作公式'"
    f" WHEN value < 'z' AND strlen(value) <= 14 AND regexp_full_match(value, {literal(_MONTH)}) THEN '变成日期' END"
)
_CHANGED = {
    "decimal": "count(*) FILTER (strlen(replace(ltrim({0}, '-'), '.', '')) > 15)",
    "date": "count({0})",
    "datetime": "count({0})",
}


def read(delivery: Delivery, database: Any) -> Reading:
    """Read every file and count, column by column, the values that Excel would change."""
    return read_tables(delivery, lambda table: _read(delivery, table, database))


def _read(delivery: Delivery, table: FormatTable, database: Any) -> Read:
    resources = delivery.resources(table.name)
    scan = relation(resources, table, delivery.folder, typed=False)
    others = [column for column in table.columns if column.kind != "text"]
    found, counts = measure(
        database, table, scan, [_CHANGED[column.kind].format(quoted(column.name)) for column in others]
    )
    long = [record["path"] for record in resources if record["feijian:rows"] >= SHEET_ROWS]
    problems = tuple(f"{path} 的行数超过一张工作表的上限，多出的行会丢失" for path in long)
    typed = [
        Harm(table.name, column.name, DIGITS if column.kind == "decimal" else "日期时间被改写", count)
        for column, count in zip(others, counts, strict=True)
        if count
    ]
    return replace(found, problems=problems, harms=(*typed, *harms_of(database, table, scan, _TEXT)))

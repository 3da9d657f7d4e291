"""A staging table in which every column is text, values quoted or not, and a conversion afterwards.

The habits of such receivers that change values without a word are counted: words taken for "no value", blanks
trimmed, quotes obeyed inside a value or single ones, a backslash taken for an escape.
"""

from dataclasses import replace
from typing import Any

from exports.acceptance.package import Delivery
from exports.duck import literal, quoted
from exports.manifest import relation
from exports.readers.reading import Read, Reading, harms_of, measure, read_tables
from schemas.format import FormatColumn, FormatTable

# What pandas, R and their like take for "no value" unless told otherwise (pandas.read_csv, na_values).
EMPTY_WORDS = (
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL",
    "NaN", "None", "n/a", "nan", "null", "\\N",
)  # fmt: skip

_HABIT = (
    f"CASE WHEN value IN ({', '.join(map(literal, EMPTY_WORDS))}) THEN '会被当作空值的词'"
    " WHEN starts_with(value, '''') THEN '单引号开头'"
    " WHEN contains(value, '\"') THEN '含双引号'"
    " WHEN contains(value, '\\') THEN '含反斜杠'"
    " WHEN value <> trim(value, chr(32) || chr(160) || chr(12288)) THEN '首尾有空格' END"
)
_KINDS = {"decimal": "数", "date": "日期", "datetime": "日期时间"}


def read(delivery: Delivery, database: Any) -> Reading:
    """Read every column as text, double quotes obeyed, and convert it to its type."""
    return read_tables(delivery, lambda table: _read(delivery, table, database))


def _read(delivery: Delivery, table: FormatTable, database: Any) -> Read:
    scan = relation(delivery.resources(table.name), table, delivery.folder, typed=False, quote='"')
    typed = [column for column in table.columns if column.kind != "text"]
    found, counts = measure(database, table, scan, [f"count(*) FILTER ({_unconverted(column)})" for column in typed])
    problems = tuple(
        f"{table.name} 的 {column.name} 有 {count} 个值不能转换为 {_KINDS[column.kind]}"
        for column, count in zip(typed, counts, strict=True)
        if count
    )
    return replace(found, problems=problems, harms=harms_of(database, table, scan, _HABIT))


def _unconverted(column: FormatColumn) -> str:
    """SQL: there is a value, and it is not written as its type demands (no exponent, no thousands separator)."""
    name = quoted(column.name)
    if column.kind != "decimal":
        return f"{name} IS NOT NULL AND try_strptime({name}, {literal(column.pattern)}) IS NULL"
    scale = column.scale or 0
    digits = (column.precision or 38) - scale
    pattern = rf"-?\d{{1,{digits}}}" + (rf"(\.\d{{1,{scale}}})?" if scale else "")
    return f"NOT regexp_full_match({name}, {literal(pattern)})"

"""CREATE TABLE statements for the database that the inspectors load into (rule F5d).

No constraint is set: the list's key marks contradict each other (trap T15) and its non-null marks cover
columns that are empty by nature (trap T5). Text columns are widened where real values are longer than
the list allows (trap T11): nothing is cut, and the deviation stands in the file.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.duck import literal, one_row, quoted
from schemas.format import Format, FormatColumn, FormatTable

DIALECTS = ("postgresql", "mysql", "oracle", "sqlserver")
LONGEST = 4000

# What MySQL and MariaDB (InnoDB) take in one row, in bytes; a character counts four of them. Text whose column may
# hold 256 bytes or more leaves the page, and a pointer stays there; shorter text counts in full.
MYSQL_ROW, MYSQL_PAGE, MYSQL_INSIDE, MYSQL_POINTER = 65_535, 8_126, 255, 40

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MARKS = {"mysql": ("`", "`"), "sqlserver": ("[", "]")}
_TYPES = {
    "postgresql": {"text": "VARCHAR({n})", "long": "TEXT", "decimal": "DECIMAL({p},{s})", "datetime": "TIMESTAMP"},
    "mysql": {"text": "VARCHAR({n})", "long": "TEXT", "decimal": "DECIMAL({p},{s})", "datetime": "DATETIME"},
    "oracle": {"text": "VARCHAR2({n} CHAR)", "long": "CLOB", "decimal": "NUMBER({p},{s})", "datetime": "DATE"},
    "sqlserver": {
        "text": "NVARCHAR({n})",
        "long": "NVARCHAR(MAX)",
        "decimal": "DECIMAL({p},{s})",
        "datetime": "DATETIME2(0)",
    },
}


@dataclass(frozen=True)
class Widened:
    """A text column whose longest value does not fit the list's width."""

    table: str
    column: str
    listed: int
    width: int


def find_wide(database: Any, table: FormatTable, path: Path) -> list[Widened]:
    """The text columns of an assembled table that need more room than the list gives them."""
    texts = [column for column in table.columns if column.kind == "text" and column.length]
    if not texts:
        return []
    longest = ", ".join(f"coalesce(max(length({quoted(column.name)})), 0)" for column in texts)
    row = one_row(database, f"SELECT {longest} FROM read_parquet({literal(path)})")
    return [
        Widened(table.name, column.name, int(column.length or 0), -(-width // 50) * 50)
        for column, width in zip(texts, row, strict=True)
        if width > int(column.length or 0)
    ]


def is_plain(name: str) -> bool:
    """Whether a name needs no quotes: Latin letters, digits and `_`; databases fold its case as they like."""
    return _PLAIN.fullmatch(name) is not None


def sql_name(name: str, dialect: str = "postgresql") -> str:
    """A name as the statements of a dialect have it; Chinese and other names are quoted."""
    if is_plain(name):
        return name
    left, right = _MARKS.get(dialect, ('"', '"'))
    return left + name.replace(right, right * 2) + right


def write_ddl(form: Format, tables: list[FormatTable], widened: list[Widened], into: Path) -> None:
    """Write `<dialect>.sql` for every dialect, all tables in the format's order."""
    widths = {(wide.table, wide.column): wide for wide in widened}
    for dialect in DIALECTS:
        statements = [_statement(table, dialect, widths) for table in tables]
        head = f"-- {form.title}\n-- 字符集 UTF-8；日期时间格式 YYYY-MM-DD HH:MM:SS；空值为空串\n\n"
        (into / f"{dialect}.sql").write_text(head + "\n".join(statements), encoding="utf-8", newline="\n")


def _statement(table: FormatTable, dialect: str, widths: dict[tuple[str, str], Widened]) -> str:
    lines = []
    outside = _outside_row(table, widths) if dialect == "mysql" else set()
    for place, column in enumerate(table.columns):
        wide = widths.get((table.name, column.name))
        comment = f" COMMENT {literal(column.label)}" if dialect == "mysql" else ""
        comma = "," if place + 1 < len(table.columns) else ""
        name = sql_name(column.name, dialect)
        kind = _TYPES[dialect]["long"] if column.name in outside else _type(column, dialect, wide)
        lines.append(f"    {name} {kind}{comment}{comma}{_remark(column, wide, column.name in outside)}")
    body = "\n".join(lines)
    tail = f" COMMENT={literal(table.title)} DEFAULT CHARSET=utf8mb4" if dialect == "mysql" else ""
    return f"-- {table.title}\nCREATE TABLE {table.name} (\n{body}\n){tail};\n{_comments(table, dialect)}"


def _outside_row(table: FormatTable, widths: dict[tuple[str, str], Widened]) -> set[str]:
    """The widest text columns, as many as must be TEXT for the others to fit into one row of MySQL."""
    texts = {
        column.name: _width(column, widths.get((table.name, column.name)))
        for column in table.columns
        if column.kind == "text"
    }
    inside = {name: 4 * width for name, width in texts.items() if width <= LONGEST}
    others = 12 * (len(table.columns) - len(inside))
    while others + sum(inside.values()) > MYSQL_ROW - MYSQL_POINTER * len(texts):
        inside.pop(max(inside, key=lambda name: inside[name]))
    short = {name: size for name, size in inside.items() if size <= MYSQL_INSIDE}
    while others + sum(short.values()) > MYSQL_PAGE - MYSQL_POINTER * (len(texts) - len(short)):
        longest = max(short, key=lambda name: short[name])
        del inside[longest], short[longest]
    return set(texts) - set(inside)


def _width(column: FormatColumn, wide: Widened | None) -> int:
    return wide.width if wide else int(column.length or LONGEST)


def _type(column: FormatColumn, dialect: str, wide: Widened | None) -> str:
    types = _TYPES[dialect]
    if column.kind == "date":
        return "DATE"
    if column.kind == "text":
        width = _width(column, wide)
        return types["text"].format(n=width) if width <= LONGEST else types["long"]
    return types[column.kind].format(p=column.precision, s=column.scale)


def _remark(column: FormatColumn, wide: Widened | None, outside: bool) -> str:
    remarks = [" ".join(column.label.split())]
    if wide:
        remarks.append(f"清单为 {column.printed}，因实际内容较长而加宽")
    elif column.kind == "text" and not column.printed.upper().startswith("VARCHAR"):
        remarks.append(f"清单为 {column.printed}，内容为文字")
    if outside:
        remarks.append(f"MySQL 一行放不下 VARCHAR({_width(column, wide)})，用 TEXT")
    if not column.plain_pattern:
        remarks.append(f"文件中写作 {column.pattern}")
    if column.name != column.field:
        remarks.append(f"清单中列名重复，原名 {column.field}")
    return f"  -- {'；'.join(remarks)}"


def _comments(table: FormatTable, dialect: str) -> str:
    if dialect not in ("postgresql", "oracle"):
        return ""
    lines = [f"COMMENT ON TABLE {table.name} IS {literal(table.title)};"]
    lines += [
        f"COMMENT ON COLUMN {table.name}.{sql_name(column.name)} IS {literal(column.label)};"
        for column in table.columns
    ]
    return "\n".join(lines) + "\n"

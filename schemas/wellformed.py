"""Whether the tables and columns of a whole pack fit together, before anything is built from them."""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.condition import parse_condition
from schemas.errors import SettingsError
from schemas.facts import PAIR_NEEDED
from schemas.pack import Pack

GROUPS = ("must", "opt")
SPLITS = ("", "none", "month", "warehouse")
KINDS = ("text", "decimal", "date", "datetime")
NEEDS = ("always", "when", "no")
NUMBERS = ("seq", "length", "precision", "scale")
NAMING = ("key", "date_field", "split_field", "money")
MAIN, DETAIL = ("id", "total", "date", "refund", "flag"), ("id", "cost", "detail_date")

Row = Mapping[str, str]


def emitted(row: Row) -> str:
    """The name under which a row of `columns.csv` is written."""
    return row.get("emit_as") or row["field"]


def check_pack(pack: Pack, identifier: str) -> None:
    """Refuse what would break much later, when the data are read or the files written.

    Args:
        pack: a whole pack, its layers merged.
        identifier: the name of the format, for the message.

    Raises:
        SettingsError: the first thing that does not fit: format, table, column and fact by name.
    """
    faults = _faults(pack)
    first = next(faults, None)
    if first is not None:
        raise SettingsError(f"格式 {identifier} 的{first}。")


def _faults(pack: Pack) -> Iterator[str]:
    named: dict[str, list[Row]] = {}
    for table in pack.tables:
        if table["table"] in named:
            yield f"表 {table['table']} 在 tables.csv 中出现了两次"
        named[table["table"]] = []
    for row in pack.columns:
        if row["table"] not in named:
            yield f"表 {row['table']} 有列（{emitted(row)}），但不在 tables.csv 中"
            return
        named[row["table"]].append(row)
    for table in pack.tables:
        yield from _table_faults(table, named[table["table"]])
    yield from _account_faults(pack.facts, named)
    yield from _pair_faults(pack.facts, named)
    if not pack.facts.get("delimiter"):
        yield " delimiter 不能为空"


def _table_faults(table: Row, columns: list[Row]) -> Iterator[str]:
    place = f"表 {table['table']}"
    yield from _outside(place, "group", table["group"], GROUPS)
    yield from _outside(place, "split", table.get("split", ""), SPLITS)
    if table.get("split") in ("month", "warehouse") and not table.get("split_field"):
        yield f"{place} 的 split 是 {table['split']}，但没有写明 split_field"
    seen: dict[str, str] = {}
    for row in columns:
        name = emitted(row)
        if name.casefold() in seen:
            yield f"{place} 有两列同名（不分大小写）：{seen[name.casefold()]}、{name}"
        seen[name.casefold()] = name
    names = {emitted(row) for row in columns}
    for fact in NAMING:
        for name in filter(None, table.get(fact, "").split("|")):
            if name not in names:
                yield f"{place} 的 {fact} 写的是 {name}，但没有这一列"
    for row in columns:
        yield from _column_faults(f"列 {row['table']}.{emitted(row)}", row, names)


def _column_faults(place: str, row: Row, names: set[str]) -> Iterator[str]:
    yield from _outside(place, "as", row["as"], KINDS)
    yield from _outside(place, "required", row["required"], NEEDS)
    for fact in NUMBERS:
        text = row.get(fact) or ""
        if (text or fact == "seq") and not (text.isascii() and text.isdigit()):
            yield f"{place} 的 {fact} 应是整数，而不是“{text}”"
    if row["as"] == "decimal" and not (row.get("precision") and row.get("scale")):
        yield f"{place} 的 as 是 decimal，但没有写明 precision 与 scale"
    condition = row.get("required_when")
    if condition:
        try:
            fields = parse_condition(condition).fields
        except SettingsError as error:
            yield f"{place} 的 required_when 有误：{str(error).rstrip('。')}"
            return
        for name in fields:
            if not name.startswith("_") and name not in names:
                yield f"{place} 的 required_when 问到 {name}，但没有这一列"


def _outside(place: str, fact: str, value: str, allowed: tuple[str, ...]) -> Iterator[str]:
    if value not in allowed:
        yield f"{place} 的 {fact} 应为 {'、'.join(filter(None, allowed))}，而不是“{value}”"


def _account_faults(facts: Mapping[str, Any], named: Mapping[str, list[Row]]) -> Iterator[str]:
    for std, fed in facts.get("accounts", {}).items():
        for table, amount in fed.items():
            if table not in named:
                yield f" [accounts] 中 {std} 写的是表 {table}，但没有这张表"
            elif amount and amount not in map(emitted, named[table]):
                yield f" [accounts] 中 {std} 写的是列 {table}.{amount}，但没有这一列"


def _pair_faults(facts: Mapping[str, Any], named: Mapping[str, list[Row]]) -> Iterator[str]:
    """The roles of pairs; those that every pair needs are refused by `Format` itself."""
    for pair in facts.get("pairs", ()):
        for side, roles in (("main", MAIN), ("detail", DETAIL)):
            if pair[side] not in named:
                yield f" [[pairs]]（{pair['word']}）写的是表 {pair[side]}，但没有这张表"
                continue
            names = {name for row in named[pair[side]] for name in (emitted(row), row["field"])}
            for role in roles:
                if role not in PAIR_NEEDED and pair.get(role) and pair[role] not in names:
                    yield f" [[pairs]]（{pair['word']}）的 {role} 写的是 {pair[side]}.{pair[role]}，但没有这一列"

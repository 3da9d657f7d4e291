"""Layers: national <- province <- site. A layer changes cells of the pack below it, each with reason and date.

A supplement brings whole tables, or the columns of a table that has none below it; it changes nothing and may be laid
over a pack of any level.
"""

import re
from dataclasses import replace
from typing import Any

from schemas.drop import without_table
from schemas.errors import SettingsError
from schemas.pack import COLUMN_HEAD, TABLE_HEAD, Change, Pack
from schemas.wellformed import emitted

PACK_FACTS = ("title", "source", "delimiter", "charset", "joiner")
UTF8 = ("utf-8", "utf8")
ORDER = {"national": 0, "province": 1, "site": 2}
SUPPLEMENT = "supplement"

Rows = list[dict[str, str]]


def merge(base: Pack, layer: Pack, identifier: str) -> Pack:
    """The pack that results when `layer` is laid over `base`.

    Args:
        base: a whole pack, with or without layers merged into it.
        layer: a pack whose `layer` is `province`, `site` or `supplement`.
        identifier: the layer's `<pack>/<edition>`.

    Raises:
        SettingsError: a change names what is not there, or the layers come in the wrong order.
    """
    if layer.facts.get("layer") == SUPPLEMENT:
        return _supplemented(base, layer, identifier)
    level = layer.facts.get("layer", "site")
    if ORDER.get(level, -1) < ORDER[base.facts.get("layer", "national")]:
        raise SettingsError(f"格式层 {identifier}（{level}）不能叠在更下级的层上；顺序为 national、province、site。")
    facts = {**base.facts, "layer": level, "layers": [*base.facts.get("layers", ()), identifier]}
    tables, columns = [dict(row) for row in base.tables], [dict(row) for row in base.columns]
    for change in layer.changes:
        if not change.table:
            facts[_known(change, PACK_FACTS)] = _deliverable(change)
        elif not change.column:
            facts, tables, columns = _change_table(facts, tables, columns, change)
        else:
            if change.attribute == "emit_as":
                facts = _rename(facts, tables, columns, change)
            columns = _change_column(tables, columns, change)
    return replace(
        base,
        facts=facts,
        tables=tuple(tables),
        columns=tuple(columns),
        maps=(*base.maps, *layer.maps),
        errata=(*base.errata, *layer.errata),
        changes=(*base.changes, *layer.changes),
        signatures=(*base.signatures, *layer.signatures),
        sql={**base.sql, **layer.sql},
    )


def _supplemented(base: Pack, layer: Pack, identifier: str) -> Pack:
    """The pack with the tables and columns of a supplement behind its own.

    Raises:
        SettingsError: a table stands there already, with columns of its own.
    """
    filled = {row["table"] for row in base.columns}
    twice = sorted({row["table"] for row in (*layer.tables, *layer.columns)} & filled)
    if twice or layer.changes:
        what = f"表 {'、'.join(twice)} 在下层已有列" if twice else "补充层只能增加表，不能有 changes.csv"
        raise SettingsError(f"格式层 {identifier}：{what}。请改用 province 或 site 层。")
    added = {fact: layer.facts.get(fact, {}) for fact in ("accounts", "conditions", "exclusions")}
    merged = {fact: {**base.facts.get(fact, {}), **more} for fact, more in added.items() if more}
    tables = {row["table"]: row for row in (*base.tables, *layer.tables)}
    return replace(
        base,
        facts={**base.facts, **merged, "layers": [*base.facts.get("layers", ()), identifier]},
        tables=tuple(tables.values()),
        columns=(*base.columns, *layer.columns),
        maps=(*base.maps, *layer.maps),
        errata=(*base.errata, *layer.errata),
        sql={**base.sql, **layer.sql},
    )


def _place(change: Change) -> str:
    return f"格式层 {change.layer} 的 changes.csv 中 {change.table}.{change.column} {change.attribute}"


def _known(change: Change, names: tuple[str, ...]) -> str:
    if change.attribute not in names:
        raise SettingsError(f"{_place(change)}：没有这个属性；可改的有 {'、'.join(names)}。")
    return change.attribute


def _deliverable(change: Change) -> str:
    """The new value of a fact of the pack; the list demands UTF-8, whatever a customer's system would like."""
    if change.attribute == "charset" and change.value.strip().lower() not in UTF8:
        raise SettingsError(
            f"{_place(change)}：清单要求交付 UTF-8，不能改为 {change.value or '空'}。"
            "请去掉这一行；接收方另有要求的，写入交接说明，由接收方自行转换。"
        )
    return change.value


def _change_table(
    facts: dict[str, Any], tables: Rows, columns: Rows, change: Change
) -> tuple[dict[str, Any], Rows, Rows]:
    there = [row for row in tables if row["table"] == change.table]
    if bool(there) is (change.attribute == "add"):
        raise SettingsError(f"{_place(change)}：{'表已存在' if there else '没有这张表'}。")
    if change.attribute == "add":
        if change.table in facts.get("dropped", {}):
            raise SettingsError(f"{_place(change)}：这张表已被下层去掉，不能再加上；请改下层的 changes.csv。")
        new = {"table": change.table, "title": change.value, "group": "opt", "split": "none"}
        return facts, [*tables, new], columns
    if change.attribute == "drop":
        left = [row for row in tables if row["table"] != change.table]
        kept = [row for row in columns if row["table"] != change.table]
        return without_table(facts, there[0], change), left, kept
    there[0][_known(change, TABLE_HEAD[1:])] = change.value
    return facts, tables, columns


def _change_column(tables: Rows, columns: Rows, change: Change) -> Rows:
    if not any(row["table"] == change.table for row in tables):
        raise SettingsError(f"{_place(change)}：没有这张表。")
    there = [row for row in columns if row["table"] == change.table and emitted(row) == change.column]
    if bool(there) is (change.attribute == "add"):
        raise SettingsError(f"{_place(change)}：{'列已存在' if there else '没有这一列'}。")
    if change.attribute == "add":
        return [*columns, _new_column(columns, change)]
    if change.attribute == "drop":
        return [row for row in columns if row is not there[0]]
    there[0][_known(change, COLUMN_HEAD[1:])] = change.value
    return columns


def _rename(facts: dict[str, Any], tables: Rows, columns: Rows, change: Change) -> dict[str, Any]:
    """What else calls a column by its emitted name follows it: keys, money, dates, conditions, accounts, pairs."""
    own = [row for row in columns if row["table"] == change.table]
    new = change.value or next((row["field"] for row in own if emitted(row) == change.column), "")
    if any(emitted(row).casefold() == new.casefold() for row in own if emitted(row) != change.column):
        raise SettingsError(f"{_place(change)}：{change.table} 已有列 {new}，不能再改成这个名称。")

    def renamed(name: str) -> str:
        return new if name == change.column else name

    for row in tables:
        if row["table"] == change.table:
            for part in ("key", "date_field", "split_field", "money"):
                row[part] = "|".join(map(renamed, row.get(part, "").split("|")))
    asked = re.compile(rf"(^|&)(\s*){re.escape(change.column)}(?=\?|!?=)")
    for row in own:
        if row.get("required_when"):
            row["required_when"] = asked.sub(lambda match: f"{match[1]}{match[2]}{new}", row["required_when"])
    accounts = {
        std: {table: renamed(amount) if table == change.table else amount for table, amount in fed.items()}
        for std, fed in facts.get("accounts", {}).items()
    }
    pairs = [_renamed_pair(pair, change, new) for pair in facts.get("pairs", ())]
    return {**facts, "accounts": accounts, "pairs": pairs}


def _renamed_pair(pair: dict[str, Any], change: Change, new: str) -> dict[str, Any]:
    """The pair's roles under the new name; the id is shared by both tables and resolves by its official name."""
    roles = {"main": ("total", "date", "refund", "flag"), "detail": ("cost", "detail_date")}
    mine = [role for side, names in roles.items() if pair[side] == change.table for role in names]
    return pair | {role: new for role in mine if pair.get(role) == change.column}


def _new_column(columns: Rows, change: Change) -> dict[str, str]:
    last = max((int(row["seq"]) for row in columns if row["table"] == change.table), default=0)
    return {
        "table": change.table,
        "seq": str(last + 1),
        "field": change.column,
        "label": change.column,
        "type": "VARCHAR(100)",
        "as": "text",
        "length": "100",
        "key": "0",
        "required": "no",
        "std_field": change.value,
        "from": "",
    }

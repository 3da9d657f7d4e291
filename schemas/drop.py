"""A layer takes a whole table out of a format: what else spoke of the table, and what the ledger must remember."""

from typing import Any

from schemas.errors import SettingsError
from schemas.pack import Change

SETTLEMENT = "settlement"


def without_table(facts: dict[str, Any], table: dict[str, str], change: Change) -> dict[str, Any]:
    """The facts of a pack without one of its tables.

    `[accounts]` and `[[pairs]]` lose it. What the ledger needs in order to say where its rows would have stood goes
    into `[dropped]`: the layer, the std tables that fed it, and its SQL.

    Args:
        facts: of the pack so far.
        table: the row of `tables.csv` that goes.
        change: the change of the layer.

    Raises:
        SettingsError: no table with settlements would be left.
    """
    name = table["table"]
    accounts = facts.get("accounts", {})
    feeding = [std for std, fed in accounts.items() if name in fed]
    left = {std: {one: amount for one, amount in fed.items() if one != name} for std, fed in accounts.items()}
    if SETTLEMENT in feeding and not left[SETTLEMENT]:
        raise SettingsError(f"格式层 {change.layer} 的 changes.csv 去掉了表 {name}：结算主单至少要保留一张。")
    pairs = [pair for pair in facts.get("pairs", ()) if name not in (pair["main"], pair["detail"])]
    found = {**facts, "accounts": left, "pairs": pairs}
    if feeding:
        record = {"layer": change.layer, "accounts": feeding, "sql": table.get("sql", "")}
        found["dropped"] = {**facts.get("dropped", {}), name: record}
    return found

"""Layers over an adapter: what one site does otherwise than its vendor's system, each deviation with reason and day.

A layer is a folder with a `source.toml` that `extends` another adapter and holds only what differs:

* `[tables.<name>]` of a table below: `source` (its real name here), `where`, `key`, `month`, `totals`, … replace;
  `add` brings columns, `lacks` names columns that this site has not (they stand as NULL), `renamed` says what a column
  is really called (`gjbm = "yb_bm"`), `drop = true` takes the table away. A table that is not below stands whole.
* `[codes.<name>]`, `[exclusions]`, `[absent.<std>]`, `[absent_tables]` add to those below or replace entry by entry.
* `filled` withdraws declarations of absence: `["settlement.insutype", "registration"]`.
* an SQL file replaces the one of that name below, and the declaration that its std table is absent.
* `[why]` gives for each of these places `{ day = 2026-11-01, reason = "…" }`.

Columns always go by the name that the SQL below knows.
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.adapter_file import SOURCE
from schemas.errors import AdapterError

_OPERATIONS = ("add", "lacks", "renamed", "drop")


@dataclass(frozen=True)
class Deviation:
    """One place in which a layer differs from what lies below it: which layer, where, since when (ISO day), why."""

    layer: str
    place: str
    day: str
    reason: str


def lay_over(base: dict[str, Any], layer: dict[str, Any], folder: Path) -> tuple[dict[str, Any], list[Deviation]]:
    """The content of `source.toml` with a layer laid over it, and what the layer changes.

    Args:
        base: the whole content below.
        layer: the layer's own content, as `read_source` gives it.
        folder: the layer's folder, for its SQL files and for messages.

    Raises:
        AdapterError: a deviation has no reason, changes what is not there, or leaves a condition behind that still
            speaks of a name that is gone.
    """
    merged, own_sql = deepcopy(base), sorted(path.stem for path in folder.glob("*.sql"))
    deviations = _reasons(layer, own_sql, folder)
    merged |= {name: layer[name] for name in ("title", "timezone") if name in layer}
    for name, record in layer.get("tables", {}).items():
        _table(merged["tables"], name, record, f"{folder / SOURCE} 的 [tables.{name}]")
    for section in ("absent", "codes"):
        below = merged.setdefault(section, {})
        for name, pairs in layer.get(section, {}).items():
            below[name] = {**below.get(name, {}), **pairs}
    withdrawn = _withdraw(merged, layer, own_sql, folder)
    for section in ("exclusions", "absent_tables"):
        merged[section] = {**merged.get(section, {}), **layer.get(section, {})}
    _stale(merged["tables"], layer.get("tables", {}), folder)
    both = sorted(withdrawn & set(layer.get("absent_tables", {})))
    if both:
        raise AdapterError(
            f"{folder / SOURCE}：{'、'.join(both)} 既说缺少，又给出了 SQL 或写在 filled 中，只能取其一。"
        )
    return merged, deviations


def _reasons(layer: dict[str, Any], own_sql: list[str], folder: Path) -> list[Deviation]:
    """Each place that the layer changes with its reason; neither a place without one nor a reason without a place."""
    places = [f"{section}.{name}" for section in ("tables", "absent", "codes") for name in layer.get(section, {})]
    places += [name for name in ("timezone", "exclusions", "absent_tables", "filled") if name in layer]
    places += [f"{name}.sql" for name in own_sql]
    why = layer.get("why", {})
    path = folder / SOURCE
    if idle := sorted(set(why) - set(places)):
        raise AdapterError(f"{path} 的 [why] 中 {'、'.join(idle)} 没有对应的改动；本层的改动有 {'、'.join(places)}。")
    bare = [place for place in places if not {"day", "reason"} <= set(why.get(place, {})) or not why[place]["reason"]]
    if bare:
        raise AdapterError(
            f"{path} 的改动没有说明原因：{'、'.join(bare)}；请在 [why] 中逐处写明，如 "
            f'"{bare[0]}" = {{ day = 2026-11-01, reason = "……" }}。'
        )
    return [Deviation(folder.name, one, why[one]["day"].isoformat(), why[one]["reason"]) for one in places]


def _table(tables: dict[str, Any], name: str, record: dict[str, Any], place: str) -> None:
    if name not in tables:
        wrong = [one for one in _OPERATIONS if one in record]
        if wrong or "columns" not in record or "key" not in record:
            raise AdapterError(
                f"{place}：下层没有这张表；新增的表要写明 key 与 columns，不能写 {'、'.join(_OPERATIONS)}。"
            )
        tables[name] = record
        return
    if record.get("drop"):
        if len(record) > 1:
            raise AdapterError(f"{place}：写了 drop = true 就不能再写别的。")
        del tables[name]
        return
    if "columns" in record:
        raise AdapterError(f"{place}：分层中不重写 columns；多出的列写 add，缺少的写 lacks，改了名的写 renamed。")
    below = tables[name]
    known = {*below["key"], *below["columns"], *below.get("on_demand", {})}
    if unknown := sorted({*record.get("lacks", ()), *record.get("renamed", {})} - known):
        raise AdapterError(f"{place}：下层没有列 {'、'.join(unknown)}；现有 {'、'.join(sorted(known))}。")
    if twice := sorted(set(record.get("add", ())) & known):
        raise AdapterError(f"{place}：列 {'、'.join(twice)} 在下层已有，不必再写 add。")
    tables[name] = {
        **below,
        **{key: value for key, value in record.items() if key not in _OPERATIONS},
        "columns": [*below["columns"], *record.get("add", ())],
        "on_demand": {**below.get("on_demand", {}), **record.get("on_demand", {})},
        "lacks": [*below.get("lacks", ()), *record.get("lacks", ())],
        "renamed": {**below.get("renamed", {}), **record.get("renamed", {})},
    }


def _withdraw(merged: dict[str, Any], layer: dict[str, Any], own_sql: list[str], folder: Path) -> set[str]:
    """Take back declarations of absence: those under `filled`, and those of std tables the layer has SQL for."""
    tables, absent = merged.setdefault("absent_tables", {}), merged["absent"]
    for one in layer.get("filled", ()):
        table, _, column = one.partition(".")
        if (column and column not in absent.get(table, {})) or (not column and one not in tables):
            raise AdapterError(f"{folder / SOURCE} 的 filled：下层没有说缺少 {one}。")
        if column:
            del absent[table][column]
    gone = {one for one in layer.get("filled", ()) if "." not in one} | set(own_sql)
    for one in gone & set(tables):
        del tables[one]
    return gone


def _stale(tables: dict[str, Any], changed: dict[str, Any], folder: Path) -> None:
    """Conditions from below that still name a table or a column which this layer took away or renamed."""
    for name, change in changed.items():
        gone = {*change.get("lacks", ()), *change.get("renamed", {})}
        for other, record in tables.items():
            for fact in ("where", "since"):
                if fact in changed.get(other, {}):
                    continue
                words = set(re.findall(r"\w+", record.get(fact, "")))
                said = gone & words if other == name or name in words else set()
                if change.get("drop") and name in words:
                    said = {name}
                if said:
                    raise AdapterError(
                        f"{folder / SOURCE}：[tables.{other}] 的 {fact} 沿用下层，其中还有 {'、'.join(sorted(said))}；"
                        f"请在本层的 [tables.{other}] 中重写 {fact}，用本院实际的名称。"
                    )

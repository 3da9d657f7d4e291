"""The `source.toml` of an adapter as it stands in its folder: its keys, and what may stand behind them."""

from datetime import date
from pathlib import Path
from typing import Any

from schemas.errors import AdapterError
from schemas.reference import read_toml

SOURCE = "source.toml"
TEXT, TEXTS, PAIRS, DATE, FLAG, TABLES = "文字", "文字列表", "名称 = 文字", "日期", "true 或 false", "小节"

_TABLE = {
    **dict.fromkeys(("where", "feeds", "amount", "month", "title", "changed", "since", "source", "institution"), TEXT),
    **dict.fromkeys(("key", "columns", "totals", "serves"), TEXTS),
    "on_demand": PAIRS,
}
_SECTIONS = dict.fromkeys(("tables", "absent", "codes"), TABLES) | dict.fromkeys(("absent_tables", "exclusions"), PAIRS)
_ADAPTER = {"title": TEXT, "timezone": TEXT, "model": TEXT, **_SECTIONS}
_LAYER = {"title": TEXT, "timezone": TEXT, "extends": TEXT, "why": TABLES, "filled": TEXTS, **_SECTIONS}
_LAYER_TABLE = {**_TABLE, "add": TEXTS, "lacks": TEXTS, "renamed": PAIRS, "drop": FLAG}
_WHY = {"day": DATE, "reason": TEXT}


def read_source(folder: Path) -> dict[str, Any]:
    """The content of an adapter's or a layer's `source.toml`, every key known and every value of its kind.

    Raises:
        AdapterError: a key is unknown (a slip of the pen would change nothing, silently) or a value of another kind.
        SettingsError: the file is no TOML.
    """
    path = folder / SOURCE
    content = read_toml(path)
    is_layer = "extends" in content
    _check(content, _LAYER if is_layer else _ADAPTER, str(path), "")
    for name, record in content.get("tables", {}).items():
        _check(record, _LAYER_TABLE if is_layer else _TABLE, str(path), f"[tables.{name}] 的 ")
    for section in ("absent", "codes"):
        for name, record in content.get(section, {}).items():
            _kind(record, PAIRS, f"{path} 的 [{section}.{name}]")
    for place, record in content.get("why", {}).items():
        _check(record, _WHY, str(path), f'[why] "{place}" 的 ')
    return content


def _check(record: Any, known: dict[str, str], path: str, place: str) -> None:
    _kind(record, TABLES, f"{path} 中 {place or '全文'}")
    unknown = sorted(set(record) - set(known))
    if unknown:
        raise AdapterError(f"{path} 中 {place}{'、'.join(unknown)} 不是认识的键；可写 {'、'.join(known)}。")
    for name, value in record.items():
        _kind(value, known[name], f"{path} 中 {place}{name}")


def _kind(value: Any, kind: str, place: str) -> None:
    fits = {
        TEXT: isinstance(value, str),
        TEXTS: isinstance(value, list) and all(isinstance(one, str) for one in value),
        PAIRS: isinstance(value, dict) and all(isinstance(one, str) for one in value.values()),
        DATE: isinstance(value, date),
        FLAG: isinstance(value, bool),
        TABLES: isinstance(value, dict),
    }
    if not fits[kind]:
        raise AdapterError(f"{place} 应写成{kind}。")

"""A learnt delivery as a pack: the rows of `tables.csv` and `columns.csv`, and the facts of `pack.toml`."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from flows.learn.infer import Hint, Inferred, hint
from flows.learn.join import Joined
from flows.learn.match import Match, TableMatch
from flows.learn.observe import Observed
from schemas.format import PATTERNS, Format, FormatColumn
from schemas.pack import COLUMN_HEAD, Pack

SEAL = "learnt.json"
FREE = (SEAL, "decisions.csv")
NOT_DELIVERED = "上年交付"
MOSTLY_FILLED = Decimal("0.99")
_WIDTHS = (10, 20, 30, 50, 100, 200, 500, 1000, 2000, 4000)
# What a known format decides about its tables as a whole, and its SQL relies on.
_CARRIED = ("conditions", "exclusions", "forbidden", "sheet_head", "sql")
_TYPES = {"date": "DATE", "datetime": "DATETIME"}


@dataclass(frozen=True)
class Learnt:
    """One table with all that was found out about it, column by column in its own order."""

    table: Joined
    match: TableMatch
    seen: dict[str, Observed]
    types: dict[str, Inferred]

    @property
    def name(self) -> str:
        """The table's name in the pack: its own, else that of the known table it is."""
        name = self.table.name or (self.match.known.name if self.match.known is not None else "未命名的表")
        return re.sub(r"\W+", "_", name).strip("_") or "未命名的表"


def seal_files(folder: Path) -> None:
    """Remember what learning wrote, so that a later edit by hand is noticed."""
    record = {path.name: _digest(path) for path in sorted(folder.iterdir()) if path.name not in FREE}
    (folder / SEAL).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def edited_files(folder: Path) -> list[str]:
    """The files of a pack that are not what learning wrote: edited, added, or made by hand from the beginning."""
    if not folder.is_dir():
        return []
    path = folder / SEAL
    record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return sorted(
        one.name
        for one in folder.iterdir()
        if one.is_file() and one.name not in FREE and record.get(one.name) != _digest(one)
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build_pack(learnt: list[Learnt], base: Format | None, title: str, source: str) -> Pack:
    """The pack of a learnt delivery.

    Args:
        learnt: its tables.
        base: the known format it resembles, whose SQL fills it; None when there is none.
        title: the title of the new format, Chinese.
        source: where it was learnt from, Chinese.
    """
    facts: dict[str, Any] = {
        "title": title,
        "layer": "national",
        "source": source,
        "charset": _most(learnt, "encoding", base.charset if base else "utf-8"),
        "delimiter": _most(learnt, "delimiter", base.delimiter if base else "|@|"),
        "joiner": base.joiner if base else "|",
        "files": ["csv", "xlsx"]
        if any(sheet.delimiter == "" for one in learnt for sheet in one.table.sheets)
        else ["csv"],
    }
    if base is not None:
        facts |= {"base_format": base.id, **_facts_of(base, learnt)}
    return Pack(
        facts,
        tuple(_table_row(one, base) for one in learnt),
        tuple(_column_row(one, name, place) for one in learnt for place, name in enumerate(one.table.header, 1)),
        base.pack.maps if base else (),
        base.pack.errata if base else (),
    )


def _most(learnt: list[Learnt], what: str, default: str) -> str:
    """What most rows of the text files have."""
    counts: Counter[str] = Counter()
    for one in learnt:
        for sheet in one.table.sheets:
            if getattr(sheet, what):
                counts[getattr(sheet, what)] += sheet.count + 1
    return max(sorted(counts), key=lambda value: counts[value], default=default)


def _facts_of(base: Format, learnt: list[Learnt]) -> dict[str, Any]:
    """What the known format says of its tables, said of the learnt ones."""
    names = {one.match.known.name: one for one in learnt if one.match.known is not None}
    accounts = {
        std: {
            names[table].name: _called(names[table], amount, "decimal")
            for table, amount in fed.items()
            if table in names
        }
        for std, fed in base.accounts.items()
    }
    pairs = []
    for pair in base.pack.facts.get("pairs", ()):
        if pair["main"] not in names or pair["detail"] not in names:
            continue
        main, detail = names[pair["main"]], names[pair["detail"]]
        roles = {
            role: _called(main, pair[role]) for role in ("id", "total", "date", "refund", "flag") if pair.get(role)
        }
        roles |= {role: _called(detail, pair[role]) for role in ("cost", "detail_date") if pair.get(role)}
        roles = {role: name for role, name in roles.items() if _role_fits(role, name, main, detail)}
        if all(role in roles for role in ("id", "total", "cost", "date")) and roles["id"] == _called(
            detail, pair["id"]
        ):
            pairs.append({**pair, **roles, "main": main.name, "detail": detail.name})
    found: dict[str, Any] = {"accounts": {std: fed for std, fed in accounts.items() if fed}, "pairs": pairs}
    found |= _missing(base, names, found["accounts"])
    return found | {name: base.pack.facts[name] for name in _CARRIED if name in base.pack.facts}


def _missing(base: Format, names: dict[str, Learnt], accounts: dict[str, Any]) -> dict[str, Any]:
    """The known tables that were not delivered, so that the ledger can say of their rows why they stay behind."""
    missing = sorted({table for std in accounts for table in base.accounts[std]} - set(names))
    dropped = {
        table: {
            "layer": NOT_DELIVERED,
            "accounts": [std for std in accounts if table in base.accounts[std]],
            "sql": base.table(table).sql,
        }
        for table in missing
    }
    return {"dropped": dropped} if dropped else {}


def _role_fits(role: str, name: str, main: Learnt, detail: Learnt) -> bool:
    """Whether a column can play its part in the checks: amounts are numbers, dates are dates."""
    table = detail if role in ("cost", "detail_date") else main
    wanted = {
        "total": ("decimal",),
        "cost": ("decimal",),
        "date": ("date", "datetime"),
        "detail_date": ("date", "datetime"),
    }
    return bool(name) and (role not in wanted or table.types[name].kind in wanted[role])


def _called(one: Learnt, known: str, *kinds: str) -> str:
    """The learnt name of a known column; `""` when there is none, or it is of none of the kinds."""
    named = (name for name, match in one.match.columns.items() if match.known and match.known.name == known)
    name = next(named, "")
    fits = not kinds or (name and one.types[name].kind in kinds)
    return name if fits and "|" not in name else ""


def _table_row(one: Learnt, base: Format | None) -> dict[str, str]:
    known = one.match.known
    if known is None or base is None:
        return {"table": one.name, "title": one.name, "group": "must", "split": "none"}
    key = [_called(one, name) for name in known.key]
    date_field = _called(one, known.date_field, "date", "datetime") if known.date_field else ""
    kinds = ("date", "datetime") if known.split == "month" else ("text",)
    split_field = _called(one, known.split_field, *kinds) if known.split_field else ""
    return {
        "table": one.name,
        "title": known.title,
        "group": "must" if known.mandatory else "opt",
        "grain": known.grain,
        "key": "|".join(key) if key and all(key) else "",
        "date_field": date_field,
        "split": known.split if split_field else "none",
        "split_field": split_field,
        "money": "|".join(filter(None, (_called(one, name, "decimal") for name in known.money))),
        "sql": known.sql,
        "note": known.note,
    }


def _column_row(one: Learnt, name: str, place: int) -> dict[str, str]:
    match, seen, kind = one.match.columns[name], one.seen[name], one.types[name]
    known = match.known
    label = one.table.labels[name] or (known.label if known else name)
    length = _length(seen, kind, hint(known, one.table.printed(name)))
    pattern = "" if kind.pattern in ("excel", PATTERNS.get(kind.kind, "")) else kind.pattern
    return dict.fromkeys(COLUMN_HEAD, "") | {
        "table": one.name,
        "seq": str(place),
        "field": known.field if known and known.name == name else name,
        "emit_as": name,
        "label": label,
        "type": one.table.printed(name) or _printed(kind, length, known),
        "as": kind.kind,
        "length": str(length or ""),
        "precision": _number(kind.precision),
        "scale": _number(kind.scale),
        "pattern": pattern,
        "key": "1" if known and known.key else "0",
        **_need(one, seen, known),
        "codes": _codes(seen, match),
        "std_field": match.std_field,
        "from": (known.source or "") if known else "",
        "note": known.note if known else "",
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _length(seen: Observed, kind: Inferred, known: Hint | None) -> int | None:
    """The known width where the values fit it, else the next usual width."""
    if kind.kind != "text":
        return None
    if known is not None and known.kind == "text" and (known.length is None or seen.longest <= known.length):
        return known.length
    return next((width for width in _WIDTHS if seen.longest <= width), None)


def _printed(kind: Inferred, length: int | None, known: FormatColumn | None) -> str:
    if known is not None and (known.kind, known.length, known.scale) == (kind.kind, length, kind.scale):
        return known.printed
    if kind.kind == "text":
        return f"VARCHAR({length})" if length else "TEXT"
    return _TYPES.get(kind.kind) or f"DECIMAL({kind.precision},{kind.scale})"


def _need(one: Learnt, seen: Observed, known: FormatColumn | None) -> dict[str, str]:
    """The known duty where the data kept it, else what the data show."""
    kept = not seen.rows or Decimal(seen.filled) / seen.rows >= MOSTLY_FILLED
    if known is not None and known.condition is not None:
        fields = set(known.condition.fields)
        there = all(field.startswith("_") or _called(one, field) == field for field in fields)
        return {"required": "when", "required_when": known.condition.text} if there else {"required": "no"}
    if known is not None:
        return {"required": known.required if kept else "no"}
    return {"required": "always" if kept and seen.rows else "no"}


def _codes(seen: Observed, match: Match) -> str:
    """The known list where no other value stood; else an open one of what stood too; nothing for any other column.

    A column that nobody knows may hold names: its values are not written down. Neither are those of a known one in
    which the known codes are not at home.
    """
    known = match.known
    if known is None or not known.codes:
        return ""
    others = {value: rows for value, rows in seen.values if value not in known.codes}
    listed = len(seen.values) == seen.distinct
    if not listed or not others or 2 * sum(others.values()) > seen.filled or any("|" in value for value in others):
        return _written(known) if listed and not others else ""
    return "~" + "|".join([*known.codes, *sorted(others)])


def _written(known: FormatColumn) -> str:
    """A code list as `columns.csv` writes it; an open one by value, since its table need not stay what it is."""
    return ("~" if known.codes_open else "") + "|".join(known.codes)

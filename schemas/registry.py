"""The registry of formats: what ships with feijian, and what a customer's own folder holds.

A format is named `<pack>/<edition>`; `<pack>` alone means its newest edition. Layers are laid over it in order:
national <- province <- site.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from schemas.condition import parse_condition
from schemas.errors import SettingsError
from schemas.format import PATTERNS, Dropped, Erratum, Format, FormatColumn, FormatTable, Pair
from schemas.layers import merge
from schemas.pack import Pack, read_pack
from schemas.reference import REFERENCE, code_labels
from schemas.wellformed import check_pack, emitted

SHIPPED = REFERENCE / "formats"


def format_ids(roots: Sequence[Path] = ()) -> list[str]:
    """Every `<pack>/<edition>` that ships with feijian or lies under `roots`."""
    found = {
        path.parent.relative_to(root).as_posix() for root in (SHIPPED, *roots) for path in root.glob("*/*/pack.toml")
    }
    return sorted(found)


def load_format(identifier: str, overlays: Sequence[str] = (), roots: Sequence[Path] = ()) -> Format:
    """Read a format and lay its layers over it.

    Args:
        identifier: `<pack>/<edition>`, or `<pack>` for its newest edition.
        overlays: more layers, in order.
        roots: folders with packs beside the shipped ones; one of the same name goes before a shipped one.

    Raises:
        SettingsError: there is no such pack, or one of its files is wrong.
    """
    if not overlays and not roots:
        return _shipped(identifier)
    name = _edition(identifier, roots)
    pack = _whole(name, roots, ())
    for overlay in overlays:
        overlay = _edition(overlay, roots)
        pack = merge(pack, read_pack(_folder(overlay, roots), overlay), overlay)
        name = f"{name}+{overlay}"
    return build_format(pack, name)


@cache
def _shipped(identifier: str) -> Format:
    name = _edition(identifier, ())
    return build_format(_whole(name, (), ()), name)


def load_pack_folder(folder: Path, identifier: str) -> Format:
    """Read the format that lies whole in a folder, such as the one inside a package.

    Raises:
        SettingsError: one of its files is missing or wrong.
    """
    return build_format(read_pack(folder, identifier), identifier)


def _edition(identifier: str, roots: Sequence[Path]) -> str:
    """The full name of a pack: numbered editions go before named ones, later before earlier."""
    known = format_ids(roots)
    if identifier in known:
        return identifier
    editions = [name for name in known if name.split("/")[0] == identifier]
    if not editions:
        raise SettingsError(f"没有格式 {identifier}；现有：{'、'.join(known) or '无'}。")
    return max(editions, key=lambda name: (name.split("/")[1][:1].isdigit(), name))


def _folder(identifier: str, roots: Sequence[Path]) -> Path:
    folders = (root / identifier for root in (*roots, SHIPPED))
    return next(folder for folder in folders if (folder / "pack.toml").is_file())


def _whole(identifier: str, roots: Sequence[Path], above: tuple[str, ...]) -> Pack:
    """A pack with every layer below it merged."""
    if identifier in above:
        raise SettingsError(f"格式 {identifier} 的 base 互相引用：{' → '.join((*above, identifier))}。")
    pack = read_pack(_folder(identifier, roots), identifier)
    base = pack.facts.get("base")
    if not base:
        check_pack(pack, identifier)
        return replace(pack, facts={**pack.facts, "layers": [identifier]})
    below = _whole(_edition(base, roots), roots, (*above, identifier))
    merged = merge(below, pack, identifier)
    return replace(merged, facts={**merged.facts, "title": pack.facts.get("title", merged.facts["title"])})


def build_format(pack: Pack, identifier: str) -> Format:
    """The format that a whole pack means.

    Raises:
        SettingsError: a fact is missing, a value is none of those that may stand there, or names what is not there.
    """
    check_pack(pack, identifier)
    facts = pack.facts
    try:
        words = facts.get("conditions", {})
        columns = [_column(row, words) for row in pack.columns]
        return Format(
            id=identifier,
            title=facts["title"],
            source=facts["source"],
            delimiter=facts["delimiter"],
            tables=tuple(_table(row, columns, pack) for row in pack.tables),
            maps=_maps(pack),
            errata=tuple(Erratum(**{name: row[name] for name in Erratum.__dataclass_fields__}) for row in pack.errata),
            accounts=facts.get("accounts", {}),
            charset=facts.get("charset", "utf-8"),
            joiner=facts.get("joiner", "|"),
            files=tuple(facts.get("files", ("csv",))),
            pairs=tuple(_pair(record) for record in facts.get("pairs", ())),
            layers=tuple(facts.get("layers", (identifier,))),
            changes=pack.changes,
            signatures=pack.signatures,
            dropped=tuple(_dropped(name, record, pack) for name, record in facts.get("dropped", {}).items()),
            pack=pack,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"格式 {identifier} 的文件有误：{error}。") from error


def _pair(record: dict[str, Any]) -> Pair:
    parts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    return Pair(**parts)


def _number(text: str) -> int | None:
    return int(text) if text else None


def _codes(text: str) -> tuple[tuple[str, ...], bool]:
    """`@table`: the labels of a code table; `~a|b`: an open list; `a|b`: a closed one."""
    if text.startswith("@"):
        return tuple(dict.fromkeys(code_labels(text[1:]).values())), True
    listed = text.removeprefix("~")
    return (tuple(listed.split("|")) if listed else ()), text.startswith("~")


def _column(row: dict[str, str], words: dict[str, str]) -> FormatColumn:
    codes, codes_open = _codes(row.get("codes", ""))
    name = emitted(row)
    condition = row.get("required_when", "")
    return FormatColumn(
        table=row["table"],
        seq=int(row["seq"]),
        field=row["field"],
        name=name,
        label=row["label"],
        printed=row["type"],
        kind=row["as"],  # type: ignore[arg-type]
        length=_number(row.get("length", "")),
        precision=_number(row.get("precision", "")),
        scale=_number(row.get("scale", "")),
        key=row["key"] == "1",
        required=row["required"],  # type: ignore[arg-type]
        condition=parse_condition(condition) if condition else None,
        condition_words="且".join(words.get(term, term) for term in condition.split("&")),
        codes=codes,
        codes_open=codes_open,
        std_field=row["std_field"],
        note=row.get("note", ""),
        pattern=row.get("pattern") or PATTERNS.get(row["as"], ""),
        source=row["from"] or None if "from" in row else name,
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _table(row: dict[str, str], columns: list[FormatColumn], pack: Pack) -> FormatTable:
    own = sorted((column for column in columns if column.table == row["table"]), key=lambda column: column.seq)
    return FormatTable(
        name=row["table"],
        title=row["title"],
        mandatory=row["group"] == "must",
        grain=row.get("grain", ""),
        key=_list(row.get("key", "")),
        date_field=row.get("date_field") or None,
        split=row.get("split") or "none",  # type: ignore[arg-type]
        split_field=row.get("split_field") or None,
        money=_list(row.get("money", "")),
        note=row.get("note", ""),
        columns=tuple(own),
        sql=row.get("sql") or f"{pack.facts.get('sql', '')}/{row['table']}".lstrip("/"),
        sql_file=pack.sql.get(row["table"]),
    )


def _dropped(name: str, record: dict[str, Any], pack: Pack) -> Dropped:
    row = {"table": name, "title": name, "group": "opt", "sql": record["sql"]}
    return Dropped(record["layer"], tuple(record["accounts"]), _table(row, [], pack))


def _maps(pack: Pack) -> dict[str, dict[str, str]]:
    maps: dict[str, dict[str, str]] = {}
    for row in pack.maps:
        maps.setdefault(row["map"], {})[row["code"]] = row["value"]
    return maps

"""A package of two small tables, sealed as the export seals one, without a centre."""

import io
import zipfile
from pathlib import Path
from typing import Any

import duckdb

from exports.acceptance.package import Delivery
from exports.duck import quoted
from exports.manifest import PROFILE, control_totals, describe_file, describe_part, write_schemas
from exports.parts import Part
from exports.readers.keys import key_columns, key_digest
from exports.seal.edition import Corrected, complete, edition
from exports.seal.keys import Signer
from exports.seal.leaves import KEY, merkle_record
from schemas.pack import Pack, write_pack
from schemas.registry import build_format

MONTHS = ("202401", "202402", "202403")
BILLS = {
    "202401": ["B1|C1|10.00|2024-01-05", "B2|C2|20.50|2024-01-06"],
    "202402": ["B3|C1|5.25|2024-02-01"],
    "202403": [],
}
PAPER = "附件.docx"


def _column(table: str, seq: int, field: str, kind: str = "text", **more: str) -> dict[str, str]:
    shape = {"text": "VARCHAR(40)", "decimal": "DECIMAL(16,2)", "date": "DATE"}[kind]
    size = {"text": {"length": "40"}, "decimal": {"precision": "16", "scale": "2"}, "date": {}}[kind]
    row = {"table": table, "seq": str(seq), "field": field, "emit_as": field, "from": field, "label": field}
    rest = dict.fromkeys(("length", "precision", "scale", "required_when", "codes", "std_field", "note"), "")
    return {**row, **rest, "type": shape, "as": kind, "key": "0", "required": "always", **size, **more}


def _table(name: str, title: str, **more: str) -> dict[str, str]:
    rest = dict.fromkeys(("date_field", "split_field", "money", "sql", "note"), "")
    return {"table": name, "title": title, "group": "must", "grain": "一行一条", "split": "none", **rest, **more}


FORM = build_format(
    Pack(
        {"title": "两张小表", "source": "测试", "delimiter": "|", "layer": "national"},
        (
            _table("BILL", "结算", key="ID", date_field="DAY", split="month", split_field="DAY", money="AMOUNT"),
            _table("ITEM", "目录", key="CODE"),
        ),
        (
            _column("BILL", 1, "ID", key="1"),
            _column("BILL", 2, "CODE"),
            _column("BILL", 3, "AMOUNT", "decimal"),
            _column("BILL", 4, "DAY", "date"),
            _column("ITEM", 1, "CODE", key="1"),
            _column("ITEM", 2, "NAME"),
        ),
    ),
    "test/small",
)


def docx(text: str) -> bytes:
    """The least that is a docx: a zip with one document in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml"), f"<w:t>{text}</w:t>")
    return held.getvalue()


def seal_small(
    folder: Path, signer: Signer | None, bills: dict[str, list[str]] = BILLS, corrects: Corrected | None = None
) -> Path:
    """Seal a package in `folder`; its `deliver`."""
    deliver = folder / "deliver"
    (deliver / "data").mkdir(parents=True)
    parts = [_part(deliver, "BILL", f"H1_BILL_{month}_p01.csv", month, bills[month]) for month in MONTHS]
    parts.append(_part(deliver, "ITEM", "H1_ITEM_2024_p01.csv", "", ["C1|葡萄糖", "C2|输液"]))
    write_schemas(list(FORM.tables), deliver)
    assert FORM.pack
    write_pack(FORM.pack, deliver / "format")
    core = _core(parts, deliver)
    rows = sum(part.rows for part in parts)
    (deliver / PAPER).write_bytes(docx(f"共 {rows} 行"))
    complete(edition(core, 2 if corrects else 1, corrects), deliver, [deliver / PAPER], signer)
    return deliver


def _part(deliver: Path, table: str, file: str, label: str, rows: list[str]) -> Part:
    header = "|".join(column.name for column in FORM.table(table).columns)
    (deliver / "data" / file).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8", newline="\n")
    return Part(table, file, label, "true", 0, len(rows))


def _core(parts: list[Part], deliver: Path) -> dict[str, Any]:
    resources = [describe_part(part, FORM, deliver) for part in parts]
    others = [path for folder in ("schemas", "format") for path in sorted((deliver / folder).iterdir())]
    core: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "h1",
        "feijian:institution": {"code": "H1", "name": "某卫生院"},
        "feijian:period": {"from": "2024-01-01", "to": "2024-03-31"},
        "feijian:months": list(MONTHS),
        "feijian:format": FORM.id,
        "feijian:ready": True,
        KEY: merkle_record(resources),
        "resources": resources,
        "feijian:totals": {},
        "feijian:keys": {},
        "feijian:files": [describe_file(path, deliver) for path in others],
    }
    with duckdb.connect() as database:
        Delivery(deliver, core, FORM).open_views(database)
        for table in FORM.tables:
            totals = control_totals(database, table, quoted(table.name))
            core["feijian:totals"][table.name] = {month: one.to_json() for month, one in totals.items()}
            asked = f"SELECT count(*), {key_digest(table)} FROM {quoted(table.name)}"
            [(rows, digest)] = database.execute(asked).fetchall()
            core["feijian:keys"][table.name] = {"columns": list(key_columns(table)), "rows": rows, "digest": digest}
    return core

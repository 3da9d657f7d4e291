"""A package as its papers see it, without data: manifest, format and acceptance report; and how to edit a document."""

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from exports.acceptance.verdict import Acceptance, acceptance_json
from exports.csv_files import Replaced
from exports.ddl import Widened
from exports.manifest import FILE
from exports.papers.package_facts import Told
from schemas.format import Format
from schemas.pack import Change, Pack, Signature, write_pack
from schemas.registry import build_format, load_format
from schemas.result import CheckResult, Outcome

ORG, NAME = "H65040200001", "七泉湖镇卫生院"
PERIOD = ("2024-01-01", "2024-12-31")
DOCUMENT = "word/document.xml"


def write_bare_package(deliver: Path, files: int = 12, name: str = NAME, deviating: bool = True) -> dict[str, Any]:
    """Format, report and manifest (returned, and written) of a package with `files` data files of two tables."""
    whole = load_format("nhsa/2024")
    pack = whole.pack
    if deviating:
        change = Change("xj/2024", "SETTLE_MZ", "CASH", "required", "always", "省里要求", "2024-05-01")
        signed = Signature("site/2024", "SETTLE_ZY", "BEDID", "column_missing", "没有床位", "医保办", "2025-01-02")
        pack = replace(pack, changes=(change,), signatures=(signed,))
    write_pack(pack, deliver / "format")
    manifest = _manifest(whole, files, name)
    (deliver / "reports").mkdir()
    report = json.dumps(acceptance_json(_acceptance(whole, name, deviating)), ensure_ascii=False)
    (deliver / "reports" / "acceptance.json").write_text(report, encoding="utf-8")
    (deliver / FILE).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return manifest


def _manifest(form: Format, files: int, name: str) -> dict[str, Any]:
    resources = [_resource(number) for number in range(files)]
    totals: dict[str, Any] = {}
    for one in resources:
        money = form.table(one["feijian:table"]).money
        months = totals.setdefault(one["feijian:table"], {})
        months[one["feijian:label"]] = {"rows": one["feijian:rows"], "sums": dict.fromkeys(money, "1234.50")}
    return {
        "name": f"{ORG.lower()}_20240101-20241231",
        "feijian:institution": {"code": ORG, "name": name},
        "feijian:period": {"from": PERIOD[0], "to": PERIOD[1]},
        "feijian:months": [f"2024{month:02d}" for month in range(1, 13)],
        "feijian:format": form.id,
        "feijian:version": 3,
        "feijian:merkle": {"root": "5e" * 32},
        "resources": resources,
        "feijian:totals": totals,
        "feijian:files": [
            {"path": "ddl/mysql.sql", "bytes": 991, "hash": f"sha256:{'7' * 64}", "feijian:sm3": "8" * 64}
        ],
    }


def _resource(number: int) -> dict[str, Any]:
    table = ("SETTLE_MZ", "SETTLE_MZ_DETAIL")[number % 2]
    return {
        "path": f"data/{ORG}_{table}_{number:03d}_p01.csv",
        "bytes": 100_000 + number,
        "hash": f"sha256:{number:064x}",
        "feijian:sm3": f"{number + 1:064x}",
        "feijian:table": table,
        "feijian:label": f"{number:06d}",
        "feijian:rows": 70_000 + number,
    }


def _acceptance(form: Format, name: str, deviating: bool) -> Acceptance:
    return Acceptance(
        org=ORG,
        org_name=name,
        period=PERIOD,
        format_title=form.title,
        source="",
        official=tuple(
            CheckResult(f"V{n}", f"核对{n}", Outcome.PASSED if n < 11 else Outcome.NOT_VERIFIED) for n in range(1, 13)
        ),
        checks=(
            CheckResult("prior.format", "格式与上年度基本一致", Outcome.NOT_VERIFIED, reason="没有提供上年的格式"),
        ),
        ledger=(),
        totals={},
        replaced=(Replaced("SETTLE_MZ_DETAIL", "ITEM_NAME", 4711),) if deviating else (),
        widened=(Widened("SETTLE_MZ", "DISEASE_NAME", 50, 350),) if deviating else (),
        absent=("设备的编号：源系统没有设备台账",) if deviating else (),
    )


def wordy_package() -> Told:
    """A package that has one of everything that papers put into words; no reference data of ours is in it."""
    head = {"table": "T", "label": "列", "type": "VARCHAR(9)", "as": "text", "key": "0", "std_field": ""}
    columns = (
        {**head, "seq": "1", "field": "A", "required": "always", "codes": "1|2"},
        {**head, "seq": "2", "field": "B", "required": "when", "required_when": "A=1", "codes": "~x|y", "note": "注"},
        {**head, "seq": "3", "field": "B", "emit_as": "C", "required": "no"},
        {**head, "seq": "4", "field": "D", "as": "date", "required": "no", "pattern": "%Y%m%d"},
        {**head, "seq": "5", "field": "E", "as": "decimal", "required": "no", "precision": "16", "scale": "2"},
    )
    tables = (
        {"table": "T", "title": "表", "group": "must", "grain": "一行", "key": "A|B", "money": "E", "note": "注"},
    )
    facts = {"title": "格式", "source": "出处", "layer": "national", "delimiter": "|@|"}
    erratum = {"id": "E1", "table": "T", "field": "A|B", "title": "事", "printed": "印", "reading": "读", "why": "因"}
    changes = [Change("p/1", "T", "A", one, "always", "因", "2024-05-01") for one in ("required", "label", "drop")]
    signed = [Signature("p/1", "T", "A", kind, "因", "人", "2024-05-01") for kind in ("column_missing", "*")]
    pack = Pack(
        facts,
        tables,
        tuple({"from": row["field"], **row} for row in columns),
        errata=(erratum,),
        changes=tuple(changes),
        signatures=tuple(signed),
    )
    form = build_format(pack, "t/1")
    resource = {**_resource(0), "feijian:table": "T"}
    manifest = _manifest(form, 0, NAME) | {"resources": [resource]}
    manifest["feijian:totals"] = {"T": {"202401": {"rows": 1, "sums": {"E": "1.00"}}}}
    report = acceptance_json(_acceptance(form, NAME, deviating=True))
    return Told(manifest, form, report | {"verdict": "结论"}, ())


def edit(path: Path, change: Callable[[str], str], part: str = DOCUMENT) -> None:
    """Change the text of one part of a document, as someone with an editor would."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts[part].decode()
    after = change(before)
    assert after != before
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, after if name == part else content)


def without_row(text: str) -> Callable[[str], str]:
    """Take out the table row that holds `text`."""

    def change(document: str) -> str:
        place = document.index(text)
        start, end = document.rindex("<w:tr>", 0, place), document.index("</w:tr>", place) + len("</w:tr>")
        return document[:start] + document[end:]

    return change


def twice(text: str) -> Callable[[str], str]:
    """Write the table row that holds `text` once more."""

    def change(document: str) -> str:
        place = document.index(text)
        start, end = document.rindex("<w:tr>", 0, place), document.index("</w:tr>", place) + len("</w:tr>")
        return document[:end] + document[start:end] + document[end:]

    return change


def hide_and_write(text: str, other: str) -> Callable[[str], str]:
    """Make the run with `text` hidden text, and write another one beside it."""
    run = re.compile(rf"<w:r>(?:<w:rPr>((?:(?!</w:rPr>).)*)</w:rPr>)?(<w:t[^>]*>{text}</w:t>)</w:r>", re.DOTALL)
    hidden = rf"<w:r><w:rPr>\1<w:vanish/></w:rPr>\2</w:r><w:r><w:t>{other}</w:t></w:r>"
    return lambda document: run.sub(hidden, document)

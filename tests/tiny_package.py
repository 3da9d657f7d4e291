"""Packages made by hand, a few lines each: what a question of a package is asked of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from exports.acceptance.package import Delivery
from exports.pairing.source import FIELDS, SIDE_CAR
from schemas.format import Format, FormatTable
from schemas.registry import load_format

ORG = "H65040299999"
Line = Mapping[str, object]
_COMMON = {
    "HOSPITAL_ID": ORG,
    "HOSPITAL_NAME": "示例卫生院",
    "BILL_DATE": "2024-05-06 12:00:00",
    "REFUND_FLAG_TYPE": "0",
}
_PERSON = {"PATIENT_GENDER": "女", "PATIENT_AGE": "40", "MEDICAL_INSURANCE_FLAG": "0", "BENEFIT_TYPE": "城乡居民"}


def line(item: str, person: str | None = "P1", at: str | None = "2024-05-06 09:10:00", **more: object) -> Line:
    """One billed line: hospital code, person, time of execution (`USAGE_DATE`); one piece of ten yuan."""
    known = {"ITEM_ID_HOSP": item, "ITEM_NAME_HOSP": f"{item}项目", "ITEM_ID": f"00{item}", "NUM": "1", "COST": "10"}
    return {"HISID": "S1", "PATIENT_ID": person, "USAGE_DATE": at, "UNIT_PRICE": "10", **known, **more}


def refund_of(paid: Line, **more: object) -> Line:
    """The refund of a line, whole, by a settlement of its own."""
    back = {"NUM": f"-{paid['NUM']}", "COST": f"-{paid['COST']}", "REFUND_FLAG_TYPE": "1"}
    return {**paid, **back, "HISID": f"R{paid['HISID']}", "REFUND_HISID": paid["HISID"], **more}


def package(
    folder: Path, mz: Sequence[Line] = (), zy: Sequence[Line] = (), extended: Sequence[Line] = (), **diagnoses: str
) -> Delivery:
    """Write a package whose details are these lines.

    Args:
        folder: where; the package is `folder/<name>`.
        mz: outpatient lines, `MZH` among them.
        zy: inpatient lines, `ZYH` among them.
        extended: lines of the side-car in its own column names; without any the package has none.
        diagnoses: settlement id -> code of the outpatient diagnosis.
    """
    form = _form() if extended else load_format("nhsa/2024")
    details = {"SETTLE_MZ_DETAIL": mz, "SETTLE_ZY_DETAIL": zy}
    mains = {
        "SETTLE_MZ": [{**one, "OUTPATIENT_DISEASE_ID": diagnoses.get(str(one["HISID"]), "J06.900")} for one in mz],
        "SETTLE_ZY": [{**one, "ZYTS": "3", "BRIDGE_ID": "B7"} for one in zy],
    }
    diagnosed = {"SETTLE_ZY_DIAGNOSIS": [{**one, "DISCHARGE_DISEASE_ID_MAIN": "I10.x00"} for one in zy]}
    whole = {
        name: list({str(one["HISID"]): one for one in lines}.values()) for name, lines in (mains | diagnosed).items()
    }
    tables = {**details, **whole, **({SIDE_CAR: extended} if extended else {})}
    deliver = folder / f"{ORG}_v1" / "deliver"
    (deliver / "data").mkdir(parents=True)
    resources = [_write(form, form.table(name), lines, deliver) for name, lines in tables.items()]
    record = {
        "name": f"{ORG.lower()}_20240101-20241231",
        "feijian:institution": {"code": ORG, "name": "示例卫生院"},
        "feijian:period": {"from": "2024-01-01", "to": "2024-12-31"},
        "feijian:format": "nhsa/2024",
        "resources": resources,
        "feijian:files": [],
    }
    (deliver / "datapackage.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return Delivery(deliver, record, form)


def _form() -> Format:
    """The national list with a side-car whose columns are what the question reads."""
    form = load_format("nhsa/2024")
    like = form.table("SETTLE_MZ_DETAIL")
    times = {"FEE_TIME", "BEGIN_TIME", "END_TIME"}
    columns = []
    for name in FIELDS[SIDE_CAR].split():
        shape = like.column("USAGE_DATE" if name in times else name if like.emitted(name) else "HISID")
        columns.append(replace(shape, table=SIDE_CAR, field=name, name=name))
    side_car = replace(like, name=SIDE_CAR, title="费用明细扩展表", mandatory=False, columns=tuple(columns))
    return replace(form, tables=(*form.tables, side_car))


def _write(form: Format, table: FormatTable, lines: Sequence[Line], deliver: Path) -> dict[str, object]:
    delimiter = form.delimiter_of(table)
    rows = [{**_COMMON, **_PERSON, **one} for one in lines]
    text = [delimiter.join(column.name for column in table.columns)]
    text += [delimiter.join(str(row.get(c.name) or "") for c in table.columns) for row in rows]
    path = deliver / "data" / f"{table.name}.csv"
    path.write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")
    content = path.read_bytes()
    return {
        "path": f"data/{path.name}",
        "dialect": {"delimiter": delimiter},
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "feijian:table": table.name,
        "feijian:rows": len(rows),
    }

"""The lines of a package, from the side-car when it is there, else from the official settlement tables.

The files that are read are held to the manifest first: a package that was touched gives no answer.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.acceptance.package import Delivery, declared_rows, format_of
from exports.duck import quoted
from exports.manifest import FILE, read_manifest, relation
from exports.seal.digests import file_digests
from exports.seal.proof import leads_outside
from exports.seal.redelivery import is_redelivery
from exports.verify import find_deliver
from schemas.errors import PackageError
from schemas.format import FormatTable

NEEDED = ("name", "resources", "feijian:files", "feijian:period", "feijian:institution")
SIDE_CAR = "X_FEE_DETAIL"
DETAILS = {"MZ": "SETTLE_MZ_DETAIL", "ZY": "SETTLE_ZY_DETAIL"}
TEXT, TIME, MONEY, PRICE, COUNT = "VARCHAR", "TIMESTAMP", "DECIMAL(16,2)", "DECIMAL(16,6)", "DECIMAL(16,4)"
_TYPES = {
    "PATIENT_AGE": MONEY, "COST": MONEY, "ZYTS": MONEY, "UNIT_PRICE": PRICE, "NUM": COUNT, "BILL_DATE": TIME,
    "BILLING_TIME": TIME, "USAGE_DATE": TIME, "FEE_TIME": TIME, "BEGIN_TIME": TIME, "END_TIME": TIME,
}  # fmt: skip
_LINE = (
    "HOSPITAL_ID HISID PATIENT_ID BILLING_TIME USAGE_DATE EXCUTE_DEPT_NAME BILL_DATE P_CATEGORY ITEM_ID_HOSP"
    " ITEM_NAME_HOSP ITEM_ID ITEM_NAME PACKAGE_UNIT UNIT_PRICE NUM COST REFUND_FLAG_TYPE REFUND_HISID"
)
_MAIN = (
    "HOSPITAL_ID HISID BILL_DATE PATIENT_ID PATIENT_GENDER PATIENT_AGE BENEFIT_TYPE MEDICAL_INSURANCE_FLAG"
    " ADMISSION_DEPT_NAME"
)
_DISEASES = " ".join(
    f"DISCHARGE_DISEASE_ID_{one} DISCHARGE_DISEASE_NAME_{one}"
    for one in ("MAIN", *(f"OTHER{number}" for number in range(1, 16)))
)
FIELDS = {
    SIDE_CAR: (
        "SOURCE_TYPE HOSPITAL_ID HISID FEEDETL_SN INIT_FEEDETL_SN REG_NO VISIT_NO PATIENT_ID MEDCASNO PATIENT_GENDER"
        " PATIENT_AGE BENEFIT_TYPE POOLAREA_NO INSU_ADMDVS INSU_ADMDVS_NAME ADMISSION_DEPT_NAME DISEASE_ID DISEASE_NAME"
        " P_CATEGORY ITEM_ID_HOSP ITEM_NAME_HOSP ITEM_ID ITEM_NAME PACKAGE_UNIT UNIT_PRICE NUM COST ZYTS FEE_TIME"
        " BEGIN_TIME END_TIME EXCUTE_DEPT_NAME BILL_DATE REFUND_FLAG_TYPE REFUND_HISID"
    ),
    "SETTLE_MZ_DETAIL": _LINE,
    "SETTLE_ZY_DETAIL": f"{_LINE} ZYH",
    "SETTLE_MZ": f"{_MAIN} MZH OUTPATIENT_DISEASE_ID ADMISSION_DISEASE_NAME",
    "SETTLE_ZY": f"{_MAIN} ZYH BRIDGE_ID ZYTS",
    "SETTLE_ZY_DIAGNOSIS": f"HOSPITAL_ID HISID {_DISEASES}",
}
_OFTEN_LEFT_OUT = set(_DISEASES.split()[2:])


@dataclass(frozen=True)
class Source:
    """Where the lines come from: the SQL file that makes them, the tables it reads, and what must be said of it."""

    sql: str
    tables: tuple[str, ...]
    notes: tuple[str, ...]


def open_delivery(package: Path) -> Delivery:
    """A package by its folder.

    Raises:
        PackageError: it is none, or its manifest cannot be read.
    """
    deliver = find_deliver(package)
    manifest = read_manifest(deliver)
    try:
        form = format_of(deliver, manifest)
    except (KeyError, TypeError):
        form = None
    missing = [name for name in NEEDED if name not in manifest]
    if form is None or missing:
        raise PackageError(f"{deliver / FILE} 的内容不完整（{'、'.join(missing) or '格式'}），无法据此查询。")
    return Delivery(deliver, manifest, form)


def choose(delivery: Delivery) -> Source:
    """Which tables answer: the side-car with the main tables, or the settlement tables.

    Raises:
        PackageError: the package has neither side-car nor details, as packages in other formats may.
    """
    held = {table.name for table in delivery.tables()}
    details = [name for name in DETAILS.values() if name in held]
    mains = [name for name in ("SETTLE_MZ", "SETTLE_ZY") if name in held]
    if SIDE_CAR in held:
        rows = declared_rows(delivery)
        notes = [f"取自费用明细扩展表 {SIDE_CAR}"]
        if details and rows[SIDE_CAR] != (listed := sum(rows[name] for name in details)):
            notes.append(f"注意：扩展表有 {rows[SIDE_CAR]} 行，结算明细有 {listed} 行，两者不一致")
        return Source("side_car", (SIDE_CAR, *mains), tuple(notes))
    if not details:
        raise PackageError(f"这个包的格式 {delivery.form.id} 没有结算明细表，不能用 feijian pair 查询。")
    notes = [
        f"取自 {'、'.join(details)} 及主单；包内没有费用明细扩展表 {SIDE_CAR}",
        "清单没有这些字段，故留空：费用明细流水号、登记号、项目结束时间、统筹区、参保地区划代码、参保地区划名称",
        "计费时间取项目开单时间，项目开始时间取项目执行时间",
    ]
    diagnoses = [name for name in ("SETTLE_ZY_DIAGNOSIS",) if name in held]
    return Source("settlements", (*details, *mains, *diagnoses), tuple(notes))


def require_whole(delivery: Delivery, source: Source) -> None:
    """Hold the files that will be read, and the format that says how, to the manifest's sizes and checksums.

    Raises:
        PackageError: one is missing, was changed or lies outside, by name; or the package is a redelivery.
    """
    if is_redelivery(delivery.folder):
        raise PackageError(
            f"{delivery.folder.parent} 是更正补交，只有改动过的月份，不能据此回答；请用更正后的完整导出包。"
        )
    records = [record for table in source.tables for record in delivery.resources(table)]
    records += [record for record in delivery.manifest["feijian:files"] if record["path"].startswith("format/")]
    for record in records:
        if leads_outside(record["path"]):
            raise PackageError(f"清单中的 {record['path']} 指向包外，不作回答。请用 feijian verify 核对这个包。")
        path = delivery.folder / record["path"]
        if not path.is_file():
            raise PackageError(f"导出包不完整：缺少 {record['path']}，不作回答。请用 feijian verify 核对这个包。")
        if path.stat().st_size != record["bytes"] or f"sha256:{file_digests(path).sha256}" != record["hash"]:
            raise PackageError(
                f"导出包被改动过：{record['path']} 与清单的校验和不符，不作回答。请用 feijian verify 核对这个包。"
            )


def open_views(database: Any, delivery: Delivery, source: Source) -> list[str]:
    """Make every table that the SQL names readable as `src.<table>`, with the list's own column names.

    Returns:
        The columns that this package's format does not have, as `TABLE.COLUMN`; they are empty.
    """
    database.execute("CREATE SCHEMA src")
    held = {table.name: table for table in delivery.tables()}
    absent = []
    for name, fields in FIELDS.items():
        table = held.get(name) if name in source.tables else None
        listed = [_column(table, field) for field in fields.split()]
        scan = f"FROM {relation(delivery.resources(name), table, delivery.folder)}" if table else "WHERE false"
        database.execute(f"CREATE VIEW src.{quoted(name)} AS SELECT {', '.join(listed)} {scan}")
        if table:
            absent += [
                f"{name}.{field}"
                for field in fields.split()
                if not table.emitted(field) and field not in _OFTEN_LEFT_OUT
            ]
    return absent


def _column(table: FormatTable | None, field: str) -> str:
    kind = _TYPES.get(field, TEXT)
    name = table.emitted(field) if table else ""
    return f"TRY_CAST({quoted(name) if name else 'NULL'} AS {kind}) AS {quoted(field)}"

"""For analysts in notebooks: the lake and a sealed package as tables in DuckDB, masked, read and nothing else.

What an analyst sees of persons in the lake is what a list of class C shows; in a package they stand under pseudonyms
that hold as long as it is open. Nothing can be written, and no other file can be read, from the connection that is
handed out.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from exports.acceptance.package import Delivery, format_of
from exports.commission.engine.evaluate import ORDER, evaluate
from exports.disclosure.masking import masked_table, prepare
from exports.disclosure.scope import SEEN, require_area, restrict
from exports.duck import quoted
from exports.lake import open_lake as read_lake
from exports.manifest import read_manifest
from schemas.account import EVERYWHERE, Account, ExportClass
from schemas.commission.std import MODELS
from schemas.errors import DisclosureError
from schemas.figure import Figure, Scope
from schemas.indicator import find_indicator
from schemas.period import Period

ANALYST = Account("分析", EVERYWHERE, "analyst", ExportClass.C)
NUMBERS = ("certno", "mdtrt_cert_no", "psn_no", "ipt_no", "ipt_otp_no", "medcasno")
NAMES, BIRTHS = ("psn_name",), ("brdy",)
_NUMBER = re.compile(
    r"ID_?CARD|PATIENT_ID|SOCIAL|ZYH|MZH|身份证|证件号|住院号|门诊号|病案号|社保|医保卡|电话|手机|PHONE", re.I
)
_WHO = re.compile(r"PATIENT_(NAME|ADDRESS|COMPANY)|患者姓名|人员姓名|病人姓名|地址|单位名称|联系人", re.I)


def open_lake(
    folder: Path, tables: Iterable[str] = MODELS, account: Account = ANALYST, today: date | None = None
) -> Any:
    """Std tables of the commission's systems as far as they lie in an account's area, masked as class C.

    Args:
        folder: the lake.
        tables: which ones; all of them are copied into memory, so name what is needed of a large lake.
        account: whose area is seen; its own class holds when it is lower than C.
        today: the day on which children are told from the grown; today when not given.

    Raises:
        DisclosureError: the account's area is unknown, or it may see sums only.
        StoreError: the catalogue cannot be read.
    """
    if account.top < ExportClass.B:
        raise DisclosureError(
            f"账户 {account.name} 只能看汇总，不能逐行查看；请用 feijian report 或 feijian indicator。"
        )
    database = duckdb.connect()
    database.execute("SET TimeZone = 'Asia/Shanghai'")
    read_lake(folder).attach(database)
    restrict(database, require_area(database, account, None))
    prepare(database, secrets.token_bytes(32), today or date.today(), "lake")
    shown = min(account.top, ExportClass.C)
    database.execute("CREATE SCHEMA masked")
    for name in tables:
        database.execute(f"CREATE TABLE masked.{quoted(name)} AS {masked_table(name, shown, SEEN)}")
    return _only(database, "masked")


def open_package(folder: Path, *, identified: bool = False) -> Any:
    """The tables of a sealed package, from its files; persons stand under pseudonyms unless `identified`.

    All of it is copied into memory.

    Args:
        folder: the package, or its `deliver/` folder.
        identified: show them whole; who does so answers for it.

    Raises:
        PackageError: it is no package.
    """
    deliver = folder / "deliver" if (folder / "deliver").is_dir() else folder
    manifest = read_manifest(deliver)
    delivery = Delivery(deliver, manifest, format_of(deliver, manifest))
    database = duckdb.connect()
    delivery.open_views(database)
    database.execute("CREATE SCHEMA masked")
    key = secrets.token_hex(16)
    for table in delivery.tables():
        listed = ", ".join(
            quoted(column.name) if identified else _masked(column.name, column.std_field, key)
            for column in table.columns
        )
        database.execute(f"CREATE TABLE masked.{quoted(table.name)} AS SELECT {listed} FROM {quoted(table.name)}")
    return _only(database, "masked")


def _masked(name: str, std_field: str | None, key: str) -> str:
    """A column as it may be shown: pseudonyms for numbers of persons, one per person and opening; a name's first sign.

    A column that the format says nothing of is judged by its own name, so that a foreign package tells no more.
    """
    field, column = (std_field or "").rpartition(".")[2], quoted(name)
    if field in NUMBERS or (not std_field and _NUMBER.search(name)):
        return f"'P' || left(sha256('{key}' || CAST({column} AS VARCHAR)), 16) AS {column}"
    if field in NAMES or (not std_field and _WHO.search(name)):
        return f"left({column}, 1) || '**' AS {column}"
    return f"CAST(year({column}) AS VARCHAR) AS {column}" if field in BIRTHS else column


def _only(database: Any, schema: str) -> Any:
    """A connection to a copy that holds one schema's tables and can reach nothing else."""
    copy = duckdb.connect()
    copy.execute("SET TimeZone = 'Asia/Shanghai'")
    listed = f"SELECT table_name FROM duckdb_tables() WHERE schema_name = '{schema}' ORDER BY table_name"
    for (name,) in database.execute(listed).fetchall():
        rows = database.sql(f"SELECT * FROM {schema}.{quoted(name)}").to_arrow_table()
        copy.register("_rows", rows)
        copy.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM _rows")
        copy.unregister("_rows")
    database.close()
    copy.execute("SET enable_external_access = false")
    copy.execute("SET lock_configuration = true")
    return copy


def open_indicators(
    folder: Path,
    identifiers: Iterable[str],
    period: str,
    area: str | None = None,
    levels: tuple[str, ...] = ORDER,
    scope: Scope = Scope.ALL,
) -> list[Figure]:
    """The figures of some indicators: sums and rates only, each with its definition's id and edition.

    Args:
        folder: the lake.
        identifiers: `GW05`, or `GW05@variant-60` for another edition.
        period: `2024Q2`, `2024-06`, `2024`.
        area: organisation or division code; None is everything.
        levels: which levels.
        scope: 含下属, 本部 or 下属.

    Raises:
        SettingsError: an indicator, period or area is unknown.
    """
    asked = [find_indicator(one) for one in identifiers]
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'Asia/Shanghai'")
        read_lake(folder).attach(database)
        figures = evaluate(database, asked, Period.parse(period), area=area, levels=levels, whole=False).figures
    return [one for one in figures if one.scope is scope]

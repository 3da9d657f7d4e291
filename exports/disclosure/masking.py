"""What each class shows of a column: the one place where persons are masked (commission.md, section 7).

It goes by what a column reveals (`Reveals`), by the class in which rows leave, and by the sensitive group a row belongs
to; never by a column's name, but for organisations and staff, whose codes
and names are no person's and yet tell a village and its one doctor apart.

* A: no rows at all.
* B: no name, number, telephone, address or free text; persons and records as pseudonyms under a key of the delivery
  (HMAC-SHA256); birth as a year, days as a month, places as a township, village clinics as their health centre.
* C: for work at the grassroots: 张**, 650402********1234 (when the birth date is not beside it, else
  650402************), 138****1234, the village; persons and records as pseudonyms; no free text.
* D: whole, with an extra approver for sensitive groups.

Positions and faces leave in no class. A row of a sensitive group leaves as it would in B.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from exports.duck import quoted
from schemas.account import ExportClass
from schemas.commission.columns import Overlay, Reveals
from schemas.commission.std import lake_table
from schemas.errors import DisclosureError

CHILD_YEARS = 14
PSEUDONYM_LETTERS = 20
STARS = "**"
NEVER = frozenset({Reveals.PLACE})
SOURCE_COLUMNS = frozenset({"_row", "_excluded"})
ORG_COLUMNS = frozenset({"org_code", "inst_code", "mana_org", "create_org", "src_org", "dst_org", "other_org"})
ORG_NAMES = frozenset({"org_name", "other_name", "team_name"})
STAFF_COLUMNS = frozenset({"staff_id", "doctor_id"})
PSEUDONYMS = frozenset({Reveals.PERSON, Reveals.RECORD, Reveals.CARD, Reveals.ARCHIVE})
GONE_IN_B = frozenset({Reveals.NAME, Reveals.CERTIFICATE, Reveals.PHONE, Reveals.ADDRESS, Reveals.TEXT, Reveals.WORKER})
SENSITIVE_ICD = "^(F[0-9]|A1[5-9]|A5|A6[0-4]|B2[0-4]|O|Z21|Z3)"
SENSITIVE_ROWS = {
    "person_group": "group_code IN ('05', '06', '07', '09', '10', '11', '12')",
    "visit_plan": "biz_type IN ('smd', 'tb')",
    "op_diagnosis": f"regexp_matches(icd10, '{SENSITIVE_ICD}')",
    "ip_admission": f"coalesce(regexp_matches(icd10, '{SENSITIVE_ICD}'), false)",
}


@dataclass(frozen=True)
class Shown:
    """One column that may leave: its name, its Chinese title, what it reveals, and whether it is a day or instant."""

    name: str
    title: str
    reveals: Reveals = Reveals.NOTHING
    dated: bool = False


def std_columns(table: str) -> list[Shown]:
    """The columns of a std table as they may be asked for; what only names the source row is not among them."""
    spec = lake_table(table)
    return [
        Shown(c.name, c.title, spec.reveals[c.name], pa.types.is_date(c.type) or pa.types.is_timestamp(c.type))
        for c in spec.spec.columns
        if c.name not in SOURCE_COLUMNS
    ]


def overlaid(asked: ExportClass, overlay: Overlay, extra_approver: bool = False) -> ExportClass:
    """The class in which rows of a sensitive group leave: B at most, or D when an extra person approved it."""
    if overlay is Overlay.NONE or asked <= ExportClass.B or (asked is ExportClass.D and extra_approver):
        return asked
    return ExportClass.B


def remaining(columns: Iterable[Shown], export_class: ExportClass) -> list[Shown]:
    """The columns that are there at all in a class."""
    gone = {
        ExportClass.B: GONE_IN_B | NEVER,
        ExportClass.C: frozenset({Reveals.TEXT}) | NEVER,
        ExportClass.D: NEVER,
    }
    without = ORG_NAMES if export_class is ExportClass.B else frozenset()
    return [
        column
        for column in columns
        if column.reveals not in gone.get(export_class, NEVER) and column.name not in without
    ]


def prepare(database: Any, key: bytes, today: date, schema: str) -> None:
    """Make what masked SELECTs call: pseudonyms under a key, villages, townships, children under 14.

    Args:
        database: an open DuckDB with the std tables in `schema` and the whole organisation table in it.
        key: the secret of one delivery; two deliveries cannot be joined by their pseudonyms.
        today: the day on which children are told from the grown.
        schema: where the std tables are.
    """
    make_pseudonyms(database, key)
    database.execute(f"CREATE OR REPLACE TEMP TABLE _townships AS {_TOWNSHIPS.format(schema=schema)}")
    database.execute(f"CREATE OR REPLACE TEMP TABLE _villages AS {_VILLAGES.format(schema=schema)}")
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE _children AS SELECT DISTINCT empi FROM {schema}.resident"
        f" WHERE birth > DATE '{today}' - INTERVAL {CHILD_YEARS} YEAR"
    )
    for macro in MACROS:
        database.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def make_pseudonyms(database: Any, key: bytes) -> None:
    """Make `pseudonym(text)` callable: HMAC-SHA256 under the key of one delivery, in letters that are no number."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block).hex() for pad in (0x36, 0x5C))
    hmac = f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode(CAST(t AS VARCHAR)))))"
    letters = "translate(hmac, '0123456789', 'ghijklmnop')"
    database.execute(
        f"CREATE OR REPLACE TEMP MACRO pseudonym(t) AS CASE WHEN t IS NOT NULL THEN"
        f" substr({letters.replace('hmac', hmac)}, 1, {PSEUDONYM_LETTERS}) END"
    )


MACROS = (
    f"masked_name(t) AS CASE WHEN trim(t) <> '' THEN left(trim(t), 1) || '{STARS}' END",
    "masked_phone(t) AS CASE WHEN regexp_full_match(t, '[0-9]{11}') THEN left(t, 3) || '****' || right(t, 4)"
    " WHEN t <> '' THEN '****' END",
    "masked_id(t) AS CASE WHEN regexp_full_match(t, '[0-9]{17}[0-9Xx]') THEN left(t, 6) || repeat('*', 12)"
    " WHEN t <> '' THEN '******' END",
    "masked_id_tail(t) AS CASE WHEN regexp_full_match(t, '[0-9]{17}[0-9Xx]') THEN left(t, 6) || '********'"
    " || right(t, 4) WHEN t <> '' THEN '******' END",
    "township_of(t) AS CASE WHEN t IS NOT NULL THEN left(t, 9) || '000' END",
    "village_name(t) AS (SELECT name FROM _villages WHERE code = t)",
    "township_org(t) AS (SELECT township FROM _townships WHERE code = t)",
)
_VILLAGES = """
SELECT code, arg_max(name, valid_from) AS name FROM {schema}.admin_division WHERE deleted = '0' GROUP BY code"""
_TOWNSHIPS = """
WITH now AS (
    SELECT org_code AS code, arg_max(parent_code, valid_from) AS parent, arg_max(level, valid_from) AS level
    FROM {schema}.organisation WHERE deleted = '0' GROUP BY org_code
)
SELECT code, CASE level WHEN 'village' THEN parent ELSE code END AS township FROM now"""


def masked_select(
    columns: Iterable[Shown],
    source: str,
    export_class: ExportClass,
    sensitive: str = "false",
    order: str = "",
    area: str | None = None,
    birth: bool = False,
) -> str:
    """SQL that shows rows as a class may see them; `prepare` has been called on the database.

    Args:
        columns: what is asked for.
        source: SQL of the rows: a table or a SELECT in brackets.
        export_class: B, C or D; D is whole.
        sensitive: SQL that is true for a row of a sensitive group; such a row shows what it shows in B.
        order: SQL after ORDER BY, over the unmasked columns.
        area: the column of the division that an address is replaced by; none: addresses are left out of C.
        birth: whether a birth date stands elsewhere beside these columns, so that numbers must not show it.

    Raises:
        DisclosureError: class A, in which no rows leave.
    """
    if export_class is ExportClass.A:
        raise DisclosureError("A 类（汇总）不提供逐行数据；请改用汇总类的查询，或申请 B 类以上。")
    kept = remaining(columns, export_class)
    birth = birth or any(column.reveals is Reveals.BIRTH for column in kept)
    village = area and f"village_name({quoted(area)})"
    listed = []
    for column in kept:
        if column.reveals is Reveals.ADDRESS and export_class is ExportClass.C and not village:
            continue
        shown = _shown(column, export_class, sensitive, birth, village or "NULL")
        listed.append(f"{shown} AS {quoted(column.name)}")
    return f"SELECT {', '.join(listed)} FROM {source} AS rows{' ORDER BY ' + order if order else ''}"


def masked_table(table: str, export_class: ExportClass, schema: str, columns: Iterable[str] | None = None) -> str:
    """SQL of one std table in a class, deleted rows left out; `columns` limits it to some of them.

    Tables of a sensitive group leave one class lower; so do rows of children and of sensitive groups in other tables.
    """
    spec = lake_table(table)
    asked = [column for column in std_columns(table) if columns is None or column.name in set(columns)]
    every = {column.name: column for column in std_columns(table)}
    actual = overlaid(export_class, spec.overlay)
    children = "empi IN (SELECT empi FROM _children)" if "empi" in every else ""
    sensitive = " OR ".join(filter(None, (children, SENSITIVE_ROWS.get(table)))) or "false"
    if not any(column.reveals is not Reveals.NOTHING for column in every.values()):
        return f"SELECT {', '.join(quoted(c.name) for c in asked)} FROM {schema}.{quoted(table)} WHERE deleted = '0'"
    area = next((column.name for column in every.values() if column.reveals is Reveals.AREA), None)
    source = f"(SELECT * FROM {schema}.{quoted(table)} WHERE deleted = '0')"
    birth = any(column.reveals is Reveals.BIRTH for column in every.values())
    return masked_select(asked, source, actual, f"({sensitive})", area=area, birth=birth)


def _shown(column: Shown, export_class: ExportClass, sensitive: str, birth: bool, village: str) -> str:
    name = quoted(column.name)
    low = _in_b(column)
    if export_class is ExportClass.D:
        whole = f"CAST({name} AS VARCHAR)" if column.dated else name
        return name if sensitive == "false" else f"CASE WHEN {sensitive} THEN {low} ELSE {whole} END"
    if export_class is ExportClass.B:
        return low
    high = _in_c(column, birth, village)
    return high if high == low or sensitive == "false" else f"CASE WHEN {sensitive} THEN {low} ELSE {high} END"


def _in_b(column: Shown) -> str:
    name = quoted(column.name)
    if column.reveals in GONE_IN_B | NEVER or column.name in ORG_NAMES:
        return "NULL"
    if column.reveals in PSEUDONYMS or column.name in STAFF_COLUMNS:
        return f"pseudonym({name})"
    if column.reveals is Reveals.AREA:
        return f"township_of({name})"
    if column.name in ORG_COLUMNS:
        return f"township_org({name})"
    if column.reveals is Reveals.BIRTH:
        return f"strftime({name}, '%Y')"
    return f"strftime({name}, '%Y-%m')" if column.dated else name


def _in_c(column: Shown, birth: bool, village: str) -> str:
    name = quoted(column.name)
    if column.reveals in PSEUDONYMS:
        return f"pseudonym({name})"
    masked = {
        Reveals.NAME: f"masked_name({name})",
        Reveals.CERTIFICATE: f"masked_id({name})" if birth else f"masked_id_tail({name})",
        Reveals.PHONE: f"masked_phone({name})",
        Reveals.ADDRESS: village,
    }
    return masked.get(column.reveals, f"CAST({name} AS VARCHAR)" if column.dated else name)


def profile(export_class: ExportClass, outside: bool) -> str:
    """How persons are masked, in one line for the cover and the log."""
    said = {
        ExportClass.A: "只有汇总数",
        ExportClass.B: "无姓名、证件、电话、住址；个人与业务编号为本次交付的假名；出生到年，日期到月，地区到乡镇",
        ExportClass.C: "姓名留首字，证件号、电话掩码，住址到村；个人与业务编号为本次交付的假名；敏感人群按 B 类",
        ExportClass.D: "不脱敏，加密交付",
    }
    return said[export_class] + ("；对外：小数目不显示" if outside else "")

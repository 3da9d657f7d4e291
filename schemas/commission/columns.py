"""What every table of the commission's systems carries, and how its columns say what they reveal.

Terms follow the WS/T data sets and the handbook (commission.md, section 2). Identifiers are text, money is DECIMAL,
times are Asia/Shanghai wall-clock; a day begins at 00:00 there, whatever the local habit.
"""

from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import pyarrow as pa

from schemas.column import FLAG, Instant, StdTable, Text, column

Measure = Annotated[pd.ArrowDtype, pa.decimal128(12, 3)]


class Reveals(StrEnum):
    """What a column tells about a person; `exports/disclosure` masks by it and by nothing else."""

    NOTHING = "无"
    NAME = "姓名"
    CERTIFICATE = "证件号码"
    ARCHIVE = "档案编号"
    RECORD = "业务编号"
    CARD = "卡号"
    PERSON = "个人主索引"
    PHONE = "电话"
    ADDRESS = "住址"
    AREA = "住地区划"
    BIRTH = "出生日期"
    DAY = "业务日期"
    TEXT = "自由文本"
    PLACE = "定位"
    WORKER = "医务人员姓名"


class Overlay(StrEnum):
    """Sensitive groups: a row of theirs leaves one class less in detail than other rows (commission.md, section 7)."""

    NONE = "无"
    MENTAL = "精神障碍"
    TUBERCULOSIS = "结核"
    INFECTIOUS = "传染病"
    MATERNAL = "孕产"
    CHILD = "未成年人"
    POVERTY = "脱贫低保计生特殊"


def fact(
    title: str,
    reveals: Reveals = Reveals.NOTHING,
    *,
    required: bool = False,
    unit: str | None = None,
    codes: str | None = None,
    isin: tuple[str, ...] | None = None,
    source: str | None = None,
    note: str | None = None,
) -> Any:
    """Describe one column; as `schemas.column.column`, and what it reveals of a person.

    `codes` names a table under `reference/codes/commission`.
    """
    described = column(title, required=required, unit=unit, codes=codes, isin=isin, source=source, note=note)
    described.metadata["reveals"] = reveals
    return described


def flag(title: str, *, required: bool = False, note: str | None = None) -> Any:
    """A column that is `1` or `0`."""
    return fact(title, required=required, isin=FLAG, note=note)


def facts(
    title: str,
    system: str,
    *,
    key: tuple[str, ...],
    month: str | None = None,
    business: str | None = None,
    person: str | None = None,
    overlay: Overlay = Overlay.NONE,
) -> dict[str, Any]:
    """Table-level facts for a model's `Config.metadata`.

    Args:
        title: the Chinese name of the table.
        system: the system that holds it by default, one of `schemas.commission.std.SYSTEMS`.
        key: the columns that identify a row.
        month: the column whose month is the row's partition in the lake; None for tables that are brought whole.
        business: the column of the business date axis; `month` when not given.
        person: the column that names the person (`empi`), None when no row is about one.
        overlay: the sensitive group all rows belong to.
    """
    return {
        "title": title,
        "system": system,
        "key": key,
        "month": month,
        "business": business or month,
        "person": person,
        "overlay": overlay,
        "time": month,
        "amount": None,
        "parent": None,
    }


class CommissionTable(StdTable):
    """What every table of the commission's systems carries besides its own columns.

    `system` is the product that holds the row, `inst_code` the institution under which it is filed (a village clinic's
    rows are filed by its health centre, commission.md 4): both only partition the lake. `org_code` is who did it: the
    service axis, and what a caller's area is held against. `created_at` is the entry date axis; `updated_at` drives
    the incremental sync; `deleted` rows stay in the lake and are seen by no indicator.
    """

    system: Text = fact("所属系统", required=True)
    inst_code: Text = fact("填报机构", required=True)
    org_code: Text = fact("机构编码", required=True)
    created_at: Instant = fact("录入时间", required=True)
    updated_at: Instant = fact("更新时间", required=True)
    deleted: Text = flag("删除标志", required=True)


class PersonTable(CommissionTable):
    """A table whose rows are about one person each, by the platform's master index."""

    empi: Text = fact("个人主索引", Reveals.PERSON, required=True)

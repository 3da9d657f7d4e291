"""The frame that measures read: the lake's tables as of a day, one entry per person, both trees at the cut-off.

Everything a measure's SQL may read is made here and described in `exports/commission/measures/README.md`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from exports.commission.engine.identity import name_persons
from exports.duck import quoted
from schemas.commission.std import MODELS, LakeSpec, lake_table
from schemas.indicator import DateAxis
from schemas.period import Days

LAKE = "lake"
_MONEY_DATES = {DateAxis.CHARGE: "charge_time", DateAxis.CLOSE: "close_date", DateAxis.SUM: "sum_date"}


@dataclass(frozen=True)
class Frame:
    """How the lake is looked at.

    Args:
        axis: the date axis that `counted_date` follows.
        as_of: rows entered on this day or later are not seen; None sees all.
        restated: use the trees as they are now instead of those at the cut-off (按当前隶属重述历史).
        xpcc: whether units of 兵团 count.
        schema: where the std tables are read; `seen` holds only the rows of an area (`exports.disclosure.scope`).
    """

    axis: DateAxis = DateAxis.BUSINESS
    as_of: date | None = None
    restated: bool = False
    xpcc: bool = True
    schema: str = LAKE


def build_frame(database: Any, frame: Frame) -> None:
    """Make every std table readable for measures; `lake.<table>` must exist for all of them."""
    database.execute(
        "CREATE OR REPLACE MACRO age_at(birth, day) AS date_diff('year', birth, day)"
        " - CASE WHEN strftime(birth, '%m%d') > strftime(day, '%m%d') THEN 1 ELSE 0 END"
    )
    database.execute(f"CREATE OR REPLACE TEMP TABLE canonical AS {_canonical(frame)}")
    for name in MODELS:
        database.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {_seen(lake_table(name), frame)}")
    name_persons(database)


def set_days(
    database: Any, frame: Frame, days: Days, year_from: date, parameters: dict[str, int] | None = None
) -> None:
    """Give measures their period and parameters, and bring `standing` and the trees to the cut-off."""
    variables = {"period_from": days.first, "period_until": days.until, "year_from": year_from}
    for name, day in variables.items():
        database.execute(f"SET VARIABLE {name} = DATE '{day}'")
    for name, value in (parameters or {}).items():
        database.execute(f"SET VARIABLE p_{name} = {int(value)}")
    database.execute(f"CREATE OR REPLACE TEMP TABLE standing AS {STANDING}")
    for tree, table, code in (("org", "organisation", "org_code"), ("division", "admin_division", "code")):
        database.execute(f"CREATE OR REPLACE TEMP TABLE {tree}_node AS {_nodes(table, code, frame)}")
        database.execute(f"CREATE OR REPLACE TEMP TABLE {tree}_closure AS {_closure(tree)}")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE org_place AS SELECT org_code AS code,"
        " arg_max(admin_code, valid_from) AS admin_code FROM organisation"
        " WHERE valid_from < getvariable('period_until') GROUP BY org_code"
    )


def _canonical(frame: Frame) -> str:
    """Each merged entry with the one that is kept at the end of its chain."""
    known = f" AND created_at < DATE '{frame.as_of}'" if frame.as_of else ""
    return f"""
WITH RECURSIVE merge AS (
    SELECT merged_empi, empi AS kept FROM {frame.schema}.archive_merge WHERE deleted = '0'{known}
), chain (merged_empi, kept, depth) AS (
    SELECT merged_empi, kept, 1 FROM merge
    UNION ALL
    SELECT c.merged_empi, m.kept, c.depth + 1 FROM chain c JOIN merge m ON m.merged_empi = c.kept WHERE c.depth < 20
)
SELECT merged_empi, arg_max(kept, depth) AS kept FROM chain GROUP BY merged_empi"""


def _seen(table: LakeSpec, frame: Frame) -> str:
    """One std table: nothing deleted, nothing entered too late, the person under the entry that is kept."""
    columns = {column.name for column in table.spec.columns}
    person = ["coalesce(merged.kept, rows.empi) AS empi"] if "empi" in columns else []
    replaced = f" REPLACE ({', '.join(person)})" if person else ""
    dated = _dated(table, frame.axis, columns)
    counted = f", CAST(rows.{dated} AS DATE) AS counted_date" if dated else ""
    join = " LEFT JOIN canonical AS merged ON merged.merged_empi = rows.empi" if person else ""
    entered = f" AND rows.created_at < DATE '{frame.as_of}'" if frame.as_of else ""
    source = f"{frame.schema}.{quoted(table.name)} AS rows{join}"
    return f"SELECT rows.*{replaced}{counted} FROM {source} WHERE rows.deleted = '0'{entered}"


def _dated(table: LakeSpec, axis: DateAxis, columns: set[str]) -> str | None:
    if axis is DateAxis.ENTRY and table.business:
        return "created_at"
    asked = _MONEY_DATES.get(axis)
    return asked if asked in columns else table.business


STANDING = """
WITH cut AS (SELECT getvariable('period_until') AS day),
died AS (SELECT empi, min(death_date) AS death_date FROM death_record GROUP BY empi),
moved AS (
    SELECT archive_no,
        arg_max(dst_org, confirm_date) FILTER (confirm_date < (SELECT day FROM cut)) AS last_home,
        arg_min(src_org, confirm_date) FILTER (confirm_date >= (SELECT day FROM cut)) AS next_source
    FROM archive_move WHERE confirm_date IS NOT NULL GROUP BY archive_no
),
archive AS (
    SELECT a.empi, coalesce(m.last_home, m.next_source, a.mana_org) AS managing_org, a.create_org, a.create_date,
        d.death_date,
        NOT (a.status = '1' AND coalesce(a.cancel_date < (SELECT day FROM cut), true))
            AND coalesce(d.death_date >= (SELECT day FROM cut), true) AS live
    FROM health_archive AS a
    LEFT JOIN moved AS m ON m.archive_no = a.archive_no
    LEFT JOIN died AS d ON d.empi = a.empi
    WHERE a.create_date < (SELECT day FROM cut)
),
chosen AS (
    SELECT empi, bool_or(live) AS live, min(create_date) AS archived_on, any_value(death_date) AS death_date,
        arg_min(managing_org, (NOT live, create_date)) AS managing_org, arg_min(create_org, create_date) AS archive_org
    FROM archive GROUP BY empi
),
known AS (
    SELECT empi, arg_max(addr_code, updated_at) AS residence, arg_max(birth, updated_at) AS birth,
        arg_max(sex, updated_at) AS sex
    FROM resident GROUP BY empi
)
SELECT c.empi, c.managing_org, c.archive_org, k.residence, c.live, k.birth, k.sex, c.death_date, c.archived_on
FROM chosen AS c LEFT JOIN known AS k ON k.empi = c.empi"""


def _nodes(table: str, code: str, frame: Frame) -> str:
    """The nodes of a tree that exist at the cut-off, or now when history is restated."""
    name = "org_name" if table == "organisation" else "name"
    day = "DATE '9999-12-31'" if frame.restated else "getvariable('period_until')"
    without = "" if frame.xpcc else " AND xpcc_flag = '0'"
    return f"""
SELECT {code} AS code, arg_max({name}, valid_from) AS name, arg_max(level, valid_from) AS level,
    arg_max(parent_code, valid_from) AS parent, arg_max(xpcc_flag, valid_from) = '1' AS xpcc
FROM {table} WHERE valid_from < {day} AND (valid_to IS NULL OR valid_to >= {day}){without} GROUP BY {code}"""


def _closure(tree: str) -> str:
    """Every node with itself and all above it."""
    return f"""
WITH RECURSIVE up (descendant, ancestor, depth) AS (
    SELECT code, code, 0 FROM {tree}_node
    UNION ALL
    SELECT u.descendant, n.parent, u.depth + 1 FROM up AS u JOIN {tree}_node AS n ON n.code = u.ancestor
    WHERE n.parent IS NOT NULL AND u.depth < 12
)
SELECT descendant, ancestor, depth FROM up"""

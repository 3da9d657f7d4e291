"""What an account sees: its organisations and divisions as of now, and the rows of every std table that are theirs.

An area is an organisation (and all beneath it in the business tree) or a division (and the organisations in it). The
trees are read as they are now: a clinic handed over belongs to its new parent, with its history.
"""

from collections.abc import Iterable
from typing import Any

from exports.duck import quoted
from schemas.account import EVERYWHERE, Account
from schemas.commission.std import MODELS
from schemas.errors import DisclosureError

OPEN = frozenset({"admin_division", "organisation"})
MANAGED = {"health_archive": "mana_org"}
ABOUT_PERSONS = frozenset({"death_record", "archive_move", "archive_merge", "exam_roster", "person_group", "tb_case"})
WHOLE, SEEN = "lake", "seen"
DIVISION_DIGITS = 12

_CHILDREN = f"""
WITH RECURSIVE now AS (
    SELECT org_code, arg_max(parent_code, valid_from) AS parent, arg_max(admin_code, valid_from) AS admin_code
    FROM {WHOLE}.organisation WHERE deleted = '0' GROUP BY org_code
), below (org_code, depth) AS (
    SELECT org_code, 0 FROM now WHERE $area = '{EVERYWHERE}' OR org_code = $area
        OR ($prefix <> '' AND starts_with(admin_code, $prefix))
    UNION
    SELECT now.org_code, below.depth + 1 FROM below JOIN now ON now.parent = below.org_code WHERE below.depth < 12
)
SELECT DISTINCT org_code FROM below
"""
_IN_DIVISION = f"""
SELECT org_code FROM {WHOLE}.organisation WHERE deleted = '0'
GROUP BY org_code HAVING starts_with(arg_max(admin_code, valid_from), $prefix)
"""


def organisations(database: Any, area: str) -> frozenset[str]:
    """The organisations of an area as of now; empty when there is no such area.

    Args:
        database: a DuckDB with `lake.organisation`.
        area: an organisation code, a division code of 6 to 12 digits, or `*`.
    """
    known = _one(database, f"SELECT count(*) FROM {WHOLE}.organisation WHERE org_code = $area", {"area": area})
    if known or area == EVERYWHERE:
        rows = database.execute(_CHILDREN, {"area": area, "prefix": ""}).fetchall()
    elif prefix := division_prefix(area):
        rows = database.execute(_IN_DIVISION, {"prefix": prefix}).fetchall()
    else:
        rows = []
    return frozenset(code for (code,) in rows)


def division_prefix(area: str) -> str:
    """The digits that all divisions within a division begin with: `650402000000` -> `650402`; empty for no code."""
    if not (area.isascii() and area.isdigit() and 6 <= len(area) <= DIVISION_DIGITS):
        return ""
    code = area.ljust(DIVISION_DIGITS, "0")
    return next(code[:step] for step in (2, 4, 6, 9, 12) if not code[step:].strip("0"))


def require_area(database: Any, account: Account, area: str | None) -> frozenset[str]:
    """The organisations of the area asked for (the account's own when None), all of them the account's.

    Raises:
        DisclosureError: the area is unknown, or some of it lies outside the account's; the two are not told apart.
    """
    own = organisations(database, account.area)
    if not own:
        raise DisclosureError(f"账户 {account.name} 的范围 {account.area} 中没有机构；请检查 feijian.toml 和数据湖。")
    asked = own if area in (None, account.area) else organisations(database, str(area))
    if not asked or not asked <= own:
        raise DisclosureError(f"账户 {account.name} 不能查询 {area}：它不在该账户的范围（{account.area}）之内。")
    return asked


def restrict(database: Any, orgs: Iterable[str], tables: Iterable[str] = MODELS) -> None:
    """Make the rows of some organisations readable as `seen.<table>`, from `lake.<table>`.

    A row belongs to who did it (`org_code`), a resident and an archive to who manages them; what is filed above the
    institution (deaths, rosters, moves) also to who manages the person; the trees are open.
    """
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {SEEN}")
    database.execute(f"CREATE OR REPLACE TABLE {SEEN}._orgs (code VARCHAR PRIMARY KEY)")
    database.execute(f"INSERT INTO {SEEN}._orgs SELECT unnest($codes)", {"codes": sorted(orgs)})
    for name in tables:
        database.execute(
            f"CREATE OR REPLACE VIEW {SEEN}.{quoted(name)} AS SELECT * FROM {WHOLE}.{quoted(name)}{_where(name)}"
        )


def _where(table: str) -> str:
    if table in OPEN:
        return ""
    inside = f"IN (SELECT code FROM {SEEN}._orgs)"
    condition = f" WHERE {quoted(MANAGED.get(table, 'org_code'))} {inside}"
    if table in ABOUT_PERSONS:
        condition += f" OR empi IN (SELECT empi FROM {WHOLE}.health_archive WHERE mana_org {inside})"
    return condition


def _one(database: Any, sql: str, values: dict[str, str]) -> Any:
    [(value,)] = database.execute(sql, values).fetchall()
    return value

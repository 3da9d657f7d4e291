"""The profile of tables whose types are known: a learnt delivery, a package read back, or this year's tables."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from exports.duck import literal, one_row, quoted
from flows.learn.observe import Observed, observe
from schemas.format import Format, FormatColumn, FormatTable
from schemas.profile import SHAPE_LIMIT, ColumnProfile, ItemProfile, MonthProfile, Profile, TableProfile

# Fields of our model that hold a short list of codes and nothing of a person: their values may be kept.
CODE_FIELDS = frozenset(
    f"{std}.{field}"
    for std, fields in {
        "institution": ("hosp_lv", "hi_setl_lv"),
        "person": ("gend", "psn_cert_type"),
        "settlement": ("insutype", "psn_type", "med_type", "pay_loc", "hi_setl_flag", "refd_setl_flag", "setl_type"),
        "admission": ("dscg_way",),
        "fee_line": ("med_chrgitm_type", "chrgitm_lv", "list_type", "prcunt", "dosform_name"),
        "stock_item": ("list_type", "mcs_type", "highval_mcs_flag", "highval_mcs_type", "min_prcunt", "store_prcunt"),
        "stock_movement": ("inv_chg_type", "prcunt"),
        "warehouse": ("inv_lv", "inv_name"),
    }.items()
    for field in fields
)
ITEM_FIELDS = (
    ("fee_line.medins_list_codg", "fee_line.pric", "fee_line.cnt"),
    ("stock_movement.fixmedins_hilist_id", "stock_movement.pric", "stock_movement.cnt"),
)


def profile(
    database: Any,
    form: Format,
    relation: Callable[[FormatTable], str | None],
    tell: Callable[[str], None],
    seen: Mapping[str, Mapping[str, Observed]] | None = None,
) -> Profile:
    """Profile a delivery.

    Args:
        database: an open DuckDB.
        form: the format it is in.
        relation: SQL with the typed rows of a table; None: the delivery does not hold it.
        tell: takes a line of progress.
        seen: table -> column -> what was observed of a text column before.
    """
    tables = []
    for table in form.tables:
        sql = relation(table)
        if sql is not None:
            tell(f"概览 {table.name}")
            tables.append(_profile_table(database, form, table, sql, (seen or {}).get(table.name, {})))
    months = sorted({month for table in tables for month in table.months if month})
    return Profile(tuple(tables), tuple(months))


def _profile_table(
    database: Any, form: Format, table: FormatTable, relation: str, before: Mapping[str, Observed]
) -> TableProfile:
    [rows] = one_row(database, f"SELECT count(*) FROM {relation}")
    listed = ", ".join(f"CAST({quoted(c.name)} AS VARCHAR) AS {quoted(c.name)}" for c in table.columns)
    names = [column.name for column in table.columns if column.name not in before]
    seen = {**before, **observe(database, f"(SELECT {listed} FROM {relation})", names, rows)}
    extremes = _extremes(database, relation, table)
    return TableProfile(
        table.name,
        rows,
        tuple(_column(column, seen[column.name], extremes.get(column.name, ("", ""))) for column in table.columns),
        _months(database, form, table, relation),
        _key_unique(database, table, relation, rows),
        _items(database, table, relation),
    )


def _column(column: FormatColumn, seen: Observed, extremes: tuple[str, str]) -> ColumnProfile:
    shapes = sorted(seen.forms.items(), key=lambda pair: (-pair[1], pair[0]))[:SHAPE_LIMIT]
    values = seen.values if is_code(column) else ()
    return ColumnProfile(column.name, seen.filled, seen.distinct, seen.longest, tuple(shapes), values, *extremes)


def _extremes(database: Any, relation: str, table: FormatTable) -> dict[str, tuple[str, str]]:
    """The extremes of the date by which the period is cut, and of amounts: any other may be somebody's own."""
    names = [c.name for c in table.columns if c.name in (table.date_field, *table.money) and c.kind != "text"]
    if not names:
        return {}
    asked = [f"coalesce(CAST({end}({quoted(name)}) AS VARCHAR), '')" for name in names for end in ("min", "max")]
    row = one_row(database, f"SELECT {', '.join(asked)} FROM {relation}")
    return {name: (row[2 * place], row[2 * place + 1]) for place, name in enumerate(names)}


def is_code(column: FormatColumn) -> bool:
    """Whether the values of a column are codes that may be kept: it has a code list, or is known to be one."""
    return bool(column.codes) or column.std_field in CODE_FIELDS


def _months(database: Any, form: Format, table: FormatTable, relation: str) -> dict[str, MonthProfile]:
    if table.date_field is None:
        return {}
    pair = next((one for one in form.pairs if one.main == table.name and one.flag), None)
    flag = table.emitted(pair.flag) if pair else ""
    insured = "NULL"
    if pair is not None and flag:
        listed = ", ".join(map(literal, pair.insured))
        insured = f"count(*) FILTER ({quoted(flag)} IN ({listed}))"
    sums = "".join(f", coalesce(sum({quoted(name)}), 0)" for name in table.money)
    rows = database.execute(
        f"SELECT coalesce(strftime({quoted(table.date_field)}, '%Y%m'), ''), count(*), {insured}{sums}"
        f" FROM {relation} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return {
        row[0]: MonthProfile(
            row[1], {name: Decimal(value) for name, value in zip(table.money, row[3:], strict=True)}, row[2]
        )
        for row in rows
    }


def _key_unique(database: Any, table: FormatTable, relation: str, rows: int) -> bool | None:
    if not table.key:
        return None
    key = ", ".join(map(quoted, table.key))
    [different] = one_row(database, f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {relation})")
    return bool(different == rows)


def _items(database: Any, table: FormatTable, relation: str) -> dict[str, ItemProfile] | None:
    """Medians per item, as values that really stood there (no average of two), so that decimals stay exact."""
    fields = {column.std_field: column.name for column in reversed(table.columns)}
    numbers = {column.std_field for column in table.columns if column.kind == "decimal"}
    for item, price, quantity in ITEM_FIELDS:
        if item in fields and numbers & {price, quantity}:
            medians = ", ".join(
                f"quantile_disc(abs({quoted(fields[one])}), 0.5)" if one in numbers else "NULL"
                for one in (price, quantity)
            )
            rows = database.execute(
                f"SELECT {quoted(fields[item])}, count(*), {medians} FROM {relation}"
                f" WHERE {quoted(fields[item])} IS NOT NULL GROUP BY 1 ORDER BY 1"
            ).fetchall()
            return {code: ItemProfile(count, middle, much) for code, count, middle, much in rows}
    return None

"""The files of a drafted adapter: `source.toml` and one SQL file per std table, evidence and TODOs as comments."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import tomli_w

from exports.duck import literal
from flows.scaffold.choose import rules
from flows.scaffold.draft import Draft, Feed, Mapped, Place, sql_column
from schemas.std import ON_DEMAND, StdSpec, std_table

NO_COLUMN = "脚手架：未找到可以对应的列"
UNSETTLED = "not_settled"
_LEDGER = ("settlement", "fee_line", "stock_movement")


def write_adapter(draft: Draft, folder: Path) -> None:
    """Write every file of the adapter into an empty folder."""
    (folder / "source.toml").write_text(_source(draft), encoding="utf-8", newline="\n")
    for std, feeds in draft.feeds.items():
        (folder / f"{std}.sql").write_text(_select(std_table(std), feeds), encoding="utf-8", newline="\n")
    if draft.place:
        text = _literal_institution(draft.place)
        (folder / "institution.sql").write_text(text, encoding="utf-8", newline="\n")


def missing_columns(draft: Draft, std: str) -> list[str]:
    """The std columns that no feed of a std table gives."""
    names = [column.name for column in std_table(std).columns if column.name not in ("_row", "_excluded")]
    return [name for name in names if not any(name in feed.mapped for feed in draft.feeds[std])]


def _select(spec: StdSpec, feeds: tuple[Feed, ...]) -> str:
    """The SELECT of a std table: one for each feed, put together by the names of the columns."""
    head = f"-- {spec.title}（{spec.name}）：脚手架初稿，每列后面是依据；TODO 处请核对后删去 TODO。\n"
    return head + "UNION ALL BY NAME\n".join(_one_select(feed) for feed in feeds)


def _one_select(feed: Feed) -> str:
    lines = [f"-- 取自 {feed.table.name}（{feed.candidate.score} 分）：{_line(feed.candidate.evidence)}"]
    values = [("_row", "_row", "")]
    if feed.settled:
        column, code = feed.settled
        test = f"CAST({sql_column(column)} AS VARCHAR) IS DISTINCT FROM {literal(code)}"
        values.append(("_excluded", f"CASE WHEN {test} THEN '{UNSETTLED}' END", "与收费日报相符的筛选条件"))
    values += [(one.std, one.sql, _comment(one)) for one in feed.mapped.values()]
    body = []
    for place, (name, sql, comment) in enumerate(values, 1):
        given = sql if sql == name else f"{sql} AS {name}"
        body.append(f"    {given}{',' if place < len(values) else ''}{f'  -- {comment}' if comment else ''}")
    return "\n".join([*lines, "SELECT", *body, f"FROM {sql_column(feed.name)}"]) + "\n"


def _comment(one: Mapped) -> str:
    return "；".join(filter(None, (f"TODO 请核对：{_line(one.todo)}" if one.todo else "", _line(one.evidence))))


def _line(text: str) -> str:
    return " ".join(text.split())


def _literal_institution(place: Place) -> str:
    return (
        "-- 机构：源库没有机构编码，按脚手架的参数写入；TODO 请核对编码与名称。\n"
        f"SELECT\n    'institution:' || {literal(place.code)} AS _row,\n"
        f"    {literal(place.code)} AS fixmedins_code,\n    {literal(place.name)} AS fixmedins_name\n"
    )


def _source(draft: Draft) -> str:
    """`source.toml`: what is read of each table, what is absent and why, the local codes."""
    tables: dict[str, dict[str, Any]] = {}
    for feeds in draft.feeds.values():
        for feed in feeds:
            tables[feed.name] = _merged(tables.get(feed.name), _table(feed, draft))
    absent = {std: dict.fromkeys(missing_columns(draft, std), NO_COLUMN) for std in draft.feeds}
    if draft.place:
        given = ("_row", "_excluded", "fixmedins_code", "fixmedins_name")
        names = [column.name for column in std_table("institution").columns if column.name not in given]
        absent["institution"] = dict.fromkeys(names, NO_COLUMN)
    content = {
        "title": draft.title,
        "timezone": "Asia/Shanghai",
        "tables": tables,
        "absent": {std: columns for std, columns in absent.items() if columns},
        "absent_tables": draft.absent_tables,
        "codes": draft.codes,
    }
    if any(feed.settled for feeds in draft.feeds.values() for feed in feeds):
        content["exclusions"] = {UNSETTLED: "状态不是已结算的记录（脚手架按收费日报找到的条件，请核对）"}
    head = "# 脚手架初稿：待办.md 列出要核对的地方。改过之后，feijian source scaffold 不会再覆盖它。\n"
    return head + tomli_w.dumps({key: value for key, value in content.items() if value}, multiline_strings=True)


def _table(feed: Feed, draft: Draft) -> dict[str, Any]:
    own = feed.mapped.get(next((name for name in std_table(feed.std).key if name != "fixmedins_code"), ""))
    key = list(feed.table.key) or list(own.columns if own else ()) or [feed.table.columns[0].name]
    amount, follows = _amount(feed), feed.std in _LEDGER and bool(feed.date)
    columns = [*key, *([feed.date] if follows else []), *(feed.settled or ())[:1]]
    demanded = {column: f"{feed.std}.{std}" for std in _on_demand(feed) for column in feed.mapped[std].columns}
    columns += [column for one in feed.mapped.values() for column in one.columns if column not in demanded]
    record = {
        "title": _line(feed.table.comment) or std_table(feed.std).title,
        "key": key,
        "columns": list(dict.fromkeys(columns)),
        "on_demand": demanded,
        "source": feed.table.name if feed.table.name != feed.name else "",
        "where": _where(feed, draft),
        "totals": [amount] if amount else [],
        "amount": amount,
        "feeds": feed.std if follows else "",
        "month": feed.date if follows else "",
        "serves": [feed.std] if feed.std in ON_DEMAND else [],
    }
    return {name: value for name, value in record.items() if value}


def _on_demand(feed: Feed) -> list[str]:
    """Names of persons: they are read only for a format that has a place for them."""
    return [std for std in feed.mapped if f"{feed.std}.{std}" in rules()["on_demand"]]


def _merged(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    """A table that feeds two std tables: read once, with the columns of both; the later keeps the ledger."""
    if one is None:
        return other
    columns = list(dict.fromkeys([*one["columns"], *other["columns"]]))
    serves = [*one.get("serves", ()), *other.get("serves", ())] if "serves" in one and "serves" in other else []
    demanded = {**one.get("on_demand", {}), **other.get("on_demand", {})}
    merged = {**one, **other, "columns": [column for column in columns if column not in demanded]}
    merged.pop("serves", None)
    return merged | ({"serves": serves} if serves else {})


def _amount(feed: Feed) -> str:
    """The column that stands for the rows' amount, where the source can add it up exactly."""
    mapped = feed.mapped.get(std_table(feed.std).amount or "")
    column = feed.table.column(mapped.columns[0]) if mapped and mapped.columns else None
    return column.name if column and pa.types.is_decimal(column.type) else ""


def _where(feed: Feed, draft: Draft) -> str:
    """Which rows are read: those of the institution; of the period, where the table is cut by a date."""
    conditions = [f"{sql_column(feed.org)} = :org"] if feed.org and feed.std != "institution" else []
    if feed.std in _LEDGER and feed.date:
        period = [f"{sql_column(feed.date)} IS NULL", f"({_within(feed)})"]
        settlements = [one for one in draft.feeds.get("settlement", ()) if one.name != feed.name]
        link = feed.mapped.get("setl_id")
        if feed.std == "fee_line" and link and link.columns:
            period += [_of_settlements(link.columns[0], one) for one in settlements if _leads(link, one, feed)]
        conditions.append(f"({' OR '.join(period)})")
    return " AND ".join(conditions)


def _within(feed: Feed, alias: str = "") -> str:
    column = feed.table.column(feed.date)
    name = alias + sql_column(feed.date)
    if column is not None and pa.types.is_timestamp(column.type) and column.type.tz:
        name = f"CAST({name} AT TIME ZONE 'Asia/Shanghai' AS date)"
    return f"{name} >= :from AND {name} < :until"


def _leads(link: Mapped, settlement: Feed, line: Feed) -> bool:
    """Whether the lines belong to these settlements rather than to those of the other side."""
    mine = {"mz_zy": settlement.mapped["mz_zy"].sql} if "mz_zy" in settlement.mapped else {}
    sides = link.sql.split(" || ")[0]
    return "||" not in link.sql or mine.get("mz_zy") == sides


def _of_settlements(column: str, settlement: Feed) -> str:
    """Lines of the settlements of the period, whenever they themselves were written."""
    number = settlement.mapped["setl_id"].columns
    if not number or not settlement.date:
        return "1 = 0"
    of = f"SELECT s.{sql_column(number[0])} FROM {settlement.table.name} s WHERE "
    org = f"s.{sql_column(settlement.org)} = :org AND " if settlement.org else ""
    return f"{sql_column(column)} IN ({of}{org}{_within(settlement, 's.')})"

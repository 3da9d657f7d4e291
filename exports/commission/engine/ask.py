"""Answer a query card for an area: the frame, the card's SQL with its parameters bound, masking, small cells."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from exports.commission.engine.cards import Card, CardColumn
from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.disclosure.masking import Shown, masked_select, overlaid, prepare, remaining
from exports.disclosure.scope import SEEN, WHOLE, restrict
from exports.disclosure.suppression import SENSITIVE_THRESHOLD, nearly_all, protect_column, shown_rate
from exports.duck import quoted
from schemas.account import ExportClass
from schemas.commission.columns import Overlay, Reveals
from schemas.errors import SettingsError
from schemas.figure import NO_RATE, rate
from schemas.period import Days, Period

FILE_ROWS = 200_000
ID_WORDS = ("身份证", "证件号", "公民身份号码")
NAME_WORDS = ("姓名", "名字")
TOTAL = "合计"
FRAME = Frame(schema=SEEN)
_PERSON = """
SELECT empi, arg_max(name, updated_at) AS name, arg_max(id_type, updated_at) AS id_type,
    arg_max(id_no, updated_at) AS id_no, arg_max(sex, updated_at) AS sex, arg_max(birth, updated_at) AS birth,
    arg_max(mobile, updated_at) AS mobile, arg_max(address, updated_at) AS address,
    arg_max(addr_code, updated_at) AS addr_code, arg_max(org_code, updated_at) AS org_code
FROM resident GROUP BY empi"""


@dataclass(frozen=True)
class Question:
    """A card with what was asked: values by parameter, class, `outside` for use outside."""

    card: Card
    values: dict[str, object]
    export_class: ExportClass
    outside: bool = False
    extra_approver: bool = False


@dataclass(frozen=True)
class Answer:
    """What leaves: columns, rows in order, the class that was given, and for class A the true counts by row.

    `counts` is (row label, column) -> count, for the differencing guard; it never leaves.
    """

    columns: tuple[Shown, ...]
    rows: list[tuple[Any, ...]]
    export_class: ExportClass
    counts: dict[str, int]


def class_given(card: Card, asked: ExportClass | None, extra_approver: bool = False) -> ExportClass:
    """The class in which a card is answered: sums stay sums, lists of sensitive groups drop one class.

    Raises:
        SettingsError: sums were asked of a list, or rows of a sum.
    """
    if (card.export_class is ExportClass.A) != ((asked or card.export_class) is ExportClass.A):
        kind = "汇总" if card.export_class is ExportClass.A else "逐行名单"
        raise SettingsError(f"{card.title}是{kind}，不能按 {asked} 类导出。")
    return overlaid(asked or card.export_class, card.overlay, extra_approver)


def open_area(database: Any, orgs: Iterable[str]) -> None:
    """Make the frame of an area's rows, and what cards read besides: `person` and `scope_org`."""
    restrict(database, orgs)
    build_frame(database, FRAME)
    database.execute(f"CREATE OR REPLACE TEMP TABLE person AS {_PERSON}")
    database.execute(f"CREATE OR REPLACE TEMP VIEW scope_org AS SELECT code FROM {SEEN}._orgs")


def answer(database: Any, question: Question, key: bytes, today: date, threshold: int) -> Answer:
    """Answer a question from the frame that `open_area` made for its organisations.

    Args:
        database: the DuckDB of the area, the lake attached.
        question: what is asked; its area has been granted.
        key: the secret of this delivery's pseudonyms.
        today: the day on which children are told from the grown.
        threshold: counts below it (and above 0) do not go outside.
    """
    card = question.card
    days = period_of(question.values, today)
    set_days(database, FRAME, days, date((days.until - timedelta(days=1)).year, 1, 1), {})
    _upload(database, card, question.values)
    table = database.sql(card.sql, params=_bound(card, question.values, days)).to_arrow_table()
    if card.export_class is ExportClass.A:
        return _sums(card, table, question.outside, threshold)
    prepare(database, key, today, WHOLE)
    return _list(database, question, table)


def period_of(values: dict[str, object], today: date) -> Days:
    """The days that a question looks at: its period, or everything before the day after its date."""
    period = next((value for value in values.values() if isinstance(value, Period)), None)
    if period:
        return period.days
    day = next((value for value in values.values() if isinstance(value, date)), today)
    return Days(date(day.year, 1, 1), day + timedelta(days=1))


def _bound(card: Card, values: dict[str, object], days: Days) -> dict[str, object]:
    every = {**values, "period_from": days.first, "period_until": days.until}
    return {name: every[name] for name in card.used}


def _list(database: Any, question: Question, table: pa.Table) -> Answer:
    given = class_given(question.card, question.export_class, question.extra_approver)
    shown = []
    for column in question.card.columns:
        kind = table.schema.field(column.shown.name).type
        shown.append(replace(column.shown, dated=pa.types.is_date(kind) or pa.types.is_timestamp(kind)))
    database.register("_answer", table)
    person = next((one.name for one in shown if one.reveals is Reveals.PERSON), None)
    open_row = person is None or (given is ExportClass.D and question.extra_approver)
    sensitive = "false" if open_row else f"{quoted(str(person))} IN (SELECT empi FROM _children)"
    area = next((one.name for one in shown if one.reveals is Reveals.AREA), None)
    sql = masked_select(shown, "_answer", given, sensitive, area=area)
    cursor = database.execute(sql)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    database.unregister("_answer")
    kept = {one.name: one for one in remaining(shown, given)}
    return Answer(tuple(kept[name] for name in names), rows, given, {})


def _sums(card: Card, table: pa.Table, outside: bool, threshold: int) -> Answer:
    """A card of class A: rates from its counts; outside, a row of totals and small cells hidden."""
    least = threshold if card.overlay is Overlay.NONE else max(threshold, SENSITIVE_THRESHOLD)
    data = table.to_pydict()
    counts = {one.shown.name: [int(v or 0) for v in data[one.shown.name]] for one in card.columns if one.count}
    also: dict[str, list[int]] = {
        one.parts[0]: nearly_all(counts[one.parts[0]], counts[one.parts[1]], least) for one in card.columns if one.parts
    }
    cells: dict[str, list[int | None]] = {
        name: protect_column(values, least, also.get(name, ())) if outside else list(values)
        for name, values in counts.items()
    }
    columns = [_cells(one, data, cells, outside) for one in card.columns]
    rows = list(zip(*columns, strict=True))
    labels = [str(value) for value in next(iter(data.values()))]
    flat = {f"{label}/{name}": values[at] for name, values in counts.items() for at, label in enumerate(labels)}
    flat |= {f"{TOTAL}/{name}": sum(values) for name, values in counts.items()}
    return Answer(tuple(one.shown for one in card.columns), rows, ExportClass.A, flat)


def _cells(
    column: CardColumn, data: dict[str, list[Any]], cells: dict[str, list[int | None]], outside: bool
) -> list[Any]:
    if column.count:
        return ["*" if value is None else value for value in cells[column.shown.name]]
    if column.parts:
        pairs = zip(*(cells[part] for part in column.parts), strict=True)
        return [shown_rate(top, low, 100, 2) if outside else _rate(top or 0, low or 0) for top, low in pairs]
    values = list(data[column.shown.name])
    if not outside:
        return values
    return [*values, TOTAL if column.shown.name == next(iter(data)) else None]


def _rate(numerator: int, denominator: int) -> Decimal | str:
    value = rate(Decimal(numerator), Decimal(denominator), 100, 2)
    return NO_RATE if value is None else value


def _upload(database: Any, card: Card, values: dict[str, object]) -> None:
    """Make a list that was handed in readable as `uploaded` (line, id_no, name)."""
    named = [one.name for one in card.parameters if one.type == "file"]
    if not named:
        return
    rows = read_list(Path(str(values.pop(named[0]))))
    table = pa.table({key: [row[key] for row in rows] for key in ("line", "id_no", "name")}, schema=_UPLOADED)
    database.register("uploaded", table)


_UPLOADED = pa.schema([("line", pa.int64()), ("id_no", pa.string()), ("name", pa.string())])


def read_list(path: Path) -> list[dict[str, Any]]:
    """The numbers and names of a list in CSV or xlsx, found by the words of its header.

    Raises:
        SettingsError: it cannot be read, has no column of numbers, or too many rows.
    """
    if not path.is_file():
        raise SettingsError(f"找不到名单文件 {path}。")
    rows = list(_table(path))
    head = [str(cell).strip() for cell in rows[0]] if rows else []
    number = next((at for at, text in enumerate(head) if any(word in text for word in ID_WORDS)), None)
    name = next((at for at, text in enumerate(head) if any(word in text for word in NAME_WORDS)), None)
    if number is None:
        raise SettingsError(f"名单 {path.name} 的第一行没有“身份证号”或“证件号码”列。")
    if len(rows) > FILE_ROWS + 1:
        raise SettingsError(f"名单 {path.name} 超过 {FILE_ROWS} 行，请分几次比对。")
    return [
        {
            "line": line,
            "id_no": str(row[number]).strip().upper() if number < len(row) else "",
            "name": str(row[name]).strip() if name is not None and name < len(row) else "",
        }
        for line, row in enumerate(rows[1:], start=2)
    ]


def _table(path: Path) -> Iterable[list[Any]]:
    if path.suffix.lower() == ".xlsx":
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        except (CalamineError, OSError):
            raise SettingsError(f"名单 {path.name} 不是能打开的 xlsx 文件。") from None
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise SettingsError(f"名单 {path.name} 既不是 UTF-8 也不是 GBK 编码的 CSV。")

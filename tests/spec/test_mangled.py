"""The same table mangled in many ways is learnt, or refused, exactly as the table of expectations says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.learn.decisions import Decisions
from flows.learn.learn import Lesson, study
from schemas.errors import LearnError
from schemas.format import Format, FormatTable
from tests.centre import DEMO_ORG
from tests.house import FORM, Exported
from tests.mangled import TABLE, Table, native, read_table, write_book, write_text


@dataclass(frozen=True)
class Expected:
    """What must come of it: the differences from the format that made the table, notes, questions; or a refusal."""

    differs: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    refused: str = ""


def expect(*differs: str, notes: str = "", asks: str = "", refused: str = "") -> Expected:
    return Expected(frozenset(differs), frozenset(notes.split()), frozenset(asks.split()), refused)


@dataclass
class Maker:
    """Writes one table into a folder in some mangled way."""

    table: Table
    folder: Path
    name: str = field(default=f"{DEMO_ORG}_{TABLE}")

    def text(self, header: list[str] | None = None, rows: list[list[str]] | None = None, **how: object) -> None:
        write_text(self.folder / f"{self.name}.csv", header or self.table.header, rows or self.table.rows, **how)  # type: ignore[arg-type]

    def book(self, before: list[list[object]] | None = None, **how: str) -> None:
        rows = [[native(cell) for cell in row] for row in self.table.rows]
        write_book(self.folder / f"{self.name}.xlsx", {"数据": [*(before or []), [*self.table.header], *rows]}, **how)


def prose(make: Maker) -> None:
    make.text(before=["医保飞行检查数据（门诊结算主单）", "说明：金额单位为元，日期为北京时间", "制表：信息科"])


def merged_title(make: Maker) -> None:
    make.book(before=[["门诊结算主单（2024 年度）"], []], merged="A1:H1")


def gbk(make: Maker) -> None:
    make.text(encoding="gb18030")


def tab(make: Maker) -> None:
    make.text(delimiter="\t")


def pipe_quoted(make: Maker) -> None:
    make.text(
        delimiter="|", quote='"', rows=make.table.with_column("OUTPATIENT_DISEASE_ID", lambda cell: cell.split("|")[0])
    )


def bom(make: Maker) -> None:
    make.text(encoding="utf-8-sig")


def by_month(make: Maker) -> None:
    for month, rows in make.table.months.items():
        write_text(make.folder / f"门诊结算主单{month[:4]}年{int(month[4:])}月.txt", make.table.header, rows, ";")


def shuffled(make: Maker) -> None:
    make.text([*reversed(make.table.header)], [[*reversed(row)] for row in make.table.rows])


def renamed_to_synonym(make: Maker) -> None:
    make.text([{"SOCIAL_ID": "SOCIAL_CARD_ID"}.get(name, name) for name in make.table.header])


def renamed_to_anything(make: Maker) -> None:
    make.text([{"HISID": "DJBH_X"}.get(name, name) for name in make.table.header])


def dropped(make: Maker) -> None:
    place = make.table.place("DOCTOR_NAME")
    cut = [[*row[:place], *row[place + 1 :]] for row in (make.table.header, *make.table.rows)]
    make.text(cut[0], cut[1:])


def split_in_two(make: Maker) -> None:
    place = make.table.place("BILL_DATE")
    header = [*make.table.header[:place], "JSRQ", "JSSJ_HMS", *make.table.header[place + 1 :]]
    make.text(header, [[*row[:place], *row[place].split(" "), *row[place + 1 :]] for row in make.table.rows])


def slashes(make: Maker) -> None:
    def loose(cell: str) -> str:
        moment = datetime.fromisoformat(cell)
        return f"{moment.year}/{moment.month}/{moment.day}"

    make.text(rows=make.table.with_column("PATIENT_BIRTHDAY", loose))


def serials(make: Maker) -> None:
    def days(cell: str) -> str:
        return str((date.fromisoformat(cell[:10]) - date(1899, 12, 30)).days)

    make.text(rows=make.table.with_column("BILL_DATE", days))


def scientific(make: Maker) -> None:
    make.text(rows=make.table.with_column("ID_CARD", lambda cell: "6.50402E+17"))


def full_width(make: Maker) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    make.text(rows=make.table.with_column("MZH", lambda cell: cell.translate(wide)))


def trailing_blanks(make: Maker) -> None:
    make.text(rows=make.table.with_column("PATIENT_GENDER", lambda cell: f"{cell}  "))


def empty_sheet(make: Maker) -> None:
    rows = [[*make.table.header], *([native(cell) for cell in row] for row in make.table.rows)]
    write_book(make.folder / f"{make.name}.xlsx", {"数据": rows, "Sheet2": []})


def duplicate_header(make: Maker) -> None:
    place = make.table.place("DOCTOR_ID")
    make.text([*make.table.header, "DOCTOR_ID"], [[*row, row[place]] for row in make.table.rows])


def type_row(make: Maker) -> None:
    make.text(rows=[[FORM.table(TABLE).column(name).printed for name in make.table.header], *make.table.rows])


def hidden_sheet(make: Maker) -> None:
    rows = [[*make.table.header], *([native(cell) for cell in row] for row in make.table.rows)]
    write_book(make.folder / f"{make.name}.xlsx", {"数据": rows, "旧数据": rows[:5]}, hidden="旧数据")


def totals_row(make: Maker) -> None:
    cells = dict.fromkeys(make.table.header, "")
    cells[make.table.header[0]], cells["TOTAL_AMOUNT"] = "合计", "99999.99"
    make.text(rows=[*make.table.rows, [*cells.values()]])


def mixed_line_ends(make: Maker) -> None:
    make.text(line_ends=("\n", "\r\n"))


def label_row(make: Maker) -> None:
    make.text(rows=[[FORM.table(TABLE).column(name).label for name in make.table.header], *make.table.rows])


def chinese_header(make: Maker) -> None:
    make.text([FORM.table(TABLE).column(name).label for name in make.table.header])


def no_header(make: Maker) -> None:
    make.text(make.table.rows[0], make.table.rows[1:])


def ragged(make: Maker) -> None:
    make.text(rows=[row if place % 10 else row[:-3] for place, row in enumerate(make.table.rows)])


def nothing(make: Maker) -> None:
    (make.folder / "说明.txt").write_text("", encoding="utf-8")


# What happens to it -> what must come of it. `-X` is missing, `+X` is new, `X.fact=…` is another fact.
EXPECTATIONS: dict[Callable[[Maker], None], Expected] = {
    prose: expect(notes="prose_rows"),
    merged_title: expect(notes="prose_rows"),
    gbk: expect("charset=gb18030"),
    tab: expect("delimiter=\t"),
    pipe_quoted: expect("delimiter=|"),
    bom: expect(),
    by_month: expect("delimiter=;", "table=门诊结算主单"),
    shuffled: expect("order"),
    renamed_to_synonym: expect("-SOCIAL_ID", "+SOCIAL_CARD_ID"),
    renamed_to_anything: expect("-HISID", "+DJBH_X", asks="DJBH_X"),
    dropped: expect("-DOCTOR_NAME"),
    split_in_two: expect("-BILL_DATE", "+JSRQ", "+JSSJ_HMS", asks="JSRQ JSSJ_HMS"),
    slashes: expect("PATIENT_BIRTHDAY.pattern=%Y/%-m/%-d"),
    serials: expect(),
    scientific: expect(refused="科学计数法"),
    full_width: expect(notes="full_width_digits"),
    trailing_blanks: expect(notes="trailing_blanks"),
    empty_sheet: expect(notes="empty_sheet"),
    duplicate_header: expect("+DOCTOR_ID_1", notes="duplicate_column", asks="DOCTOR_ID_1"),
    type_row: expect(notes="type_row"),
    hidden_sheet: expect(notes="hidden_sheet", asks="隐藏的工作表"),
    totals_row: expect(notes="totals_row"),
    mixed_line_ends: expect(notes="mixed_line_ends"),
    label_row: expect(notes="label_row"),
    no_header: expect(refused="表头"),
    ragged: expect(refused="字段数"),
    nothing: expect(refused="没有可以读取的表"),
}


def facts(table: FormatTable) -> dict[str, dict[str, object]]:
    return {
        column.name: {
            "kind": column.kind,
            "precision": column.precision,
            "scale": column.scale,
            "pattern": column.pattern,
            "length": column.length,
            "codes": column.codes,
            "open": column.codes_open,
            "required": column.required,
            "std_field": column.std_field,
        }
        for column in table.columns
    }


def differences(form: Format) -> frozenset[str]:
    """How a learnt format of one table differs from the one the table was made with."""
    [table] = form.tables
    ours, theirs = facts(FORM.table(TABLE)), facts(table)
    found = {f"-{name}" for name in ours.keys() - theirs.keys()} | {f"+{name}" for name in theirs.keys() - ours.keys()}
    both = [name for name in ours if name in theirs]
    found |= {
        f"{name}.{fact}={value}" for name in both for fact, value in theirs[name].items() if value != ours[name][fact]
    }
    if [name for name in theirs if name in ours] != both:
        found.add("order")
    found |= {f"delimiter={form.delimiter}"} if form.delimiter != FORM.delimiter else set()
    found |= {f"charset={form.charset}"} if form.charset != FORM.charset else set()
    found |= {f"table={table.name}"} if table.name != TABLE else set()
    return frozenset(found)


def learnt(folder: Path, spill: Path) -> Lesson:
    spill.mkdir()
    return study(folder, "site/2023", Decisions(), spill, "500MB", 2, lambda line: None)


@pytest.fixture(scope="module")
def table(clean: Exported) -> Table:
    return read_table(clean)


@pytest.mark.parametrize("mangle", EXPECTATIONS, ids=lambda mangle: mangle.__name__)
def test_a_mangled_table_comes_out_as_expected(mangle: Callable[[Maker], None], table: Table, tmp_path: Path) -> None:
    folder = tmp_path / "上年"
    folder.mkdir()
    mangle(Maker(table, folder))
    expected = EXPECTATIONS[mangle]
    if expected.refused:
        with pytest.raises(LearnError, match=expected.refused):
            learnt(folder, tmp_path / "spill")
        return
    lesson = learnt(folder, tmp_path / "spill")
    assert differences(lesson.form) == expected.differs
    notes = [*lesson.delivery.notes, *(note for sheet in lesson.delivery.sheets for note in sheet.notes)]
    assert {note.kind for note in notes} == expected.notes
    assert {question.column or question.kind for question in lesson.questions} == expected.asks
    assert sum(one.table.rows for one in lesson.tables) == len(table.rows)

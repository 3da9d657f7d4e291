"""Deliveries that are nearly right: what does not fit is said, and neither counted twice nor lost nor given away."""

import json
import re
import shutil
from pathlib import Path

import pytest

from flows.cli import main
from flows.learn.decisions import Decision, Decisions
from flows.learn.learn import Lesson, learn, study
from schemas.errors import LearnError
from schemas.profile import TableProfile
from tests.house import FORM, Exported
from tests.mangled import TABLE, Table, native, read_table, write_book, write_text
from tests.spec.test_learn import learn_it, quiet


@pytest.fixture(scope="module")
def table(clean: Exported) -> Table:
    return read_table(clean)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "上年"
    path.mkdir()
    return path


def lesson_of(folder: Path, *answers: tuple[str, str, str]) -> Lesson:
    given = tuple(Decision(kind, name, "", answer, "张医保", "2024-05-06") for kind, name, answer in answers)
    spill = folder.parent / "spill"
    shutil.rmtree(spill, ignore_errors=True)
    return study(folder, "site/2023", Decisions(given), spill, "500MB", 2, quiet)


def profile_of(lesson: Lesson, name: str = TABLE) -> TableProfile:
    found = lesson.profile.table(name)
    assert found is not None
    return found


def remarks(lesson: Lesson, column: str) -> str:
    return "；".join(lesson.tables[0].types[column].remarks)


def test_dates_with_fractions_of_a_second_are_dates(table: Table, folder: Path) -> None:
    write_text(folder / "SETTLE_MZ.csv", table.header, table.with_column("BILL_DATE", lambda cell: f"{cell}.000"))
    lesson = lesson_of(folder)
    assert lesson.form.table(TABLE).column("BILL_DATE").pattern == "%Y-%m-%d %H:%M:%S.%f"
    assert sum(month.rows for name, month in profile_of(lesson).months.items() if name) == len(table.rows)


@pytest.mark.parametrize(("column", "odd"), [("BILL_DATE", "不详"), ("TOTAL_AMOUNT", "—")])
def test_a_single_odd_value_does_not_change_the_type_and_is_said(
    table: Table, folder: Path, column: str, odd: str
) -> None:
    first = next(row[table.place(column)] for row in table.rows)
    seen = [0]

    def once(cell: str) -> str:
        seen[0] += 1
        return odd if seen[0] == 1 else cell

    write_text(folder / "SETTLE_MZ.csv", table.header, table.with_column(column, once))
    lesson = lesson_of(folder)
    assert lesson.form.table(TABLE).column(column).kind == FORM.table(TABLE).column(column).kind, first
    assert "1 个值不是" in remarks(lesson, column)
    assert lesson.losses == (f"SETTLE_MZ.{column}：1 个值读不出，概况中按空值计",)


def test_a_column_of_percentages_is_no_amount(table: Table, folder: Path) -> None:
    write_text(folder / "SETTLE_MZ.csv", table.header, table.with_column("TOTAL_AMOUNT", lambda cell: "5.5%"))
    lesson = lesson_of(folder)
    assert lesson.form.table(TABLE).column("TOTAL_AMOUNT").kind == "text"
    assert "TOTAL_AMOUNT" not in lesson.form.table(TABLE).money
    assert "应为数值" in remarks(lesson, "TOTAL_AMOUNT")


def test_dates_written_in_two_ways_are_all_read(table: Table, folder: Path) -> None:
    turn = [0]

    def mixed(cell: str) -> str:
        turn[0] += 1
        return cell[:10].replace("-", "/") if turn[0] % 2 else cell.replace("-", "/")

    write_text(folder / "SETTLE_MZ.csv", table.header, table.with_column("BILL_DATE", mixed))
    lesson = lesson_of(folder)
    assert "日期写法不一" in remarks(lesson, "BILL_DATE")
    assert lesson.losses == ()
    assert set(profile_of(lesson).months) == set(table.months)


def test_serials_in_one_month_and_dates_in_another_are_both_read(table: Table, folder: Path) -> None:
    from datetime import datetime

    place = table.place("BILL_DATE")
    for month, rows in table.months.items():
        days = [
            str((datetime.fromisoformat(row[place]) - datetime(1899, 12, 30)).days) if month == "202403" else row[place]
            for row in rows
        ]
        changed = [[*row[:place], day, *row[place + 1 :]] for row, day in zip(rows, days, strict=True)]
        write_text(folder / f"SETTLE_MZ_{month}.csv", table.header, changed)
    lesson = lesson_of(folder)
    assert {month: one.rows for month, one in profile_of(lesson).months.items()} == {
        month: len(rows) for month, rows in table.months.items()
    }
    assert "Excel 序列号" in remarks(lesson, "BILL_DATE")


def test_a_rounded_number_late_in_a_column_is_found(table: Table, folder: Path) -> None:
    place = table.place("MZH")
    rows = [[*row[:place], f"MZ{number:06d}", *row[place + 1 :]] for number, row in enumerate(table.rows * 8)]
    rows[-1][place] = "6.5E+17"
    write_text(folder / "SETTLE_MZ.csv", table.header, rows)
    with pytest.raises(LearnError, match="MZH"):
        lesson_of(folder)


def test_codes_that_look_like_amounts_stay_text(table: Table, folder: Path) -> None:
    """Operation codes such as 54.11: a text file cannot say that they are no numbers, the known column can."""
    write_text(folder / "SETTLE_MZ.csv", table.header, table.with_column("OUTPATIENT_DISEASE_ID", lambda cell: "54.11"))
    assert lesson_of(folder).form.table(TABLE).column("OUTPATIENT_DISEASE_ID").kind == "text"


def test_identifiers_stored_as_numbers_are_numbers(table: Table, folder: Path) -> None:
    rows = [[native(cell) for cell in row] for row in table.rows]
    for number, row in enumerate(rows):
        row[table.place("MZH")] = 1000 + number
    write_book(folder / "SETTLE_MZ.xlsx", {"数据": [table.header, *rows]})
    assert lesson_of(folder).form.table(TABLE).column("MZH").kind == "decimal"


def test_a_code_that_looks_like_a_power_is_a_code(table: Table, folder: Path) -> None:
    write_text(folder / "SETTLE_MZ.csv", table.header, table.with_column("DOCTOR_ID", lambda cell: "1E50"))
    assert lesson_of(folder).form.table(TABLE).column("DOCTOR_ID").kind == "text"


def test_the_same_table_as_text_and_as_workbook_counts_once(table: Table, folder: Path) -> None:
    write_text(folder / "SETTLE_MZ.csv", table.header, table.rows)
    write_book(folder / "SETTLE_MZ.xlsx", {"数据": [table.header, *([native(c) for c in row] for row in table.rows)]})
    lesson = lesson_of(folder)
    assert (profile_of(lesson).rows, profile_of(lesson).key_unique) == (len(table.rows), True)
    assert "没有重复计入" in "".join(lesson.tables[0].table.remarks)
    assert lesson.questions == ()


@pytest.mark.parametrize(("answer", "rows"), [("", 2), ("合并", 2), ("取文本", 1), ("取工作簿", 1)])
def test_text_and_workbook_of_different_size_are_asked_about(
    table: Table, folder: Path, answer: str, rows: int
) -> None:
    half = len(table.rows) // 2
    write_text(folder / "SETTLE_MZ.csv", table.header, table.rows[:half])
    book = [table.header, *([native(c) for c in row] for row in table.rows[half : 2 * half + 1])]
    write_book(folder / "SETTLE_MZ.xlsx", {"数据": book})
    lesson = lesson_of(folder, ("两种文件", "SETTLE_MZ", answer)) if answer else lesson_of(folder)
    assert [question.kind for question in lesson.asked] == ["两种文件"] if rows == 2 else True
    taken = profile_of(lesson).rows
    assert taken in ({half * 2, half * 2 + 1} if rows == 2 else {half, half + 1})
    assert bool(lesson.questions) is (answer == "")


def test_parts_that_spell_their_columns_differently_are_aligned(table: Table, folder: Path) -> None:
    months = list(table.months)
    write_text(folder / "SETTLE_MZ_202401.csv", table.header, table.months[months[0]])
    write_text(folder / "SETTLE_MZ_202402.csv", [name.lower() for name in table.header], table.months[months[1]])
    lesson = lesson_of(folder)
    assert [column.name for column in lesson.form.table(TABLE).columns] == table.header
    assert profile_of(lesson).rows == len(table.months[months[0]]) + len(table.months[months[1]])
    assert "大小写" in "".join(lesson.tables[0].table.remarks)
    assert lesson.questions == ()


GOODS = ["药品名称", "数量", "日期", "经手"]


def goods(folder: Path) -> None:
    for place, name in enumerate(("药品采购", "药品报损")):
        rows = [[f"药{number}", str(number + 1), f"2023-0{place + 1}-05", "甲"] for number in range(20)]
        write_text(folder / f"{name}.csv", GOODS, rows, ",")


def test_different_names_over_the_same_header_are_asked_about(folder: Path) -> None:
    goods(folder)
    lesson = lesson_of(folder)
    assert [question.kind for question in lesson.questions if question.kind == "合并文件"] == ["合并文件"]
    assert "药品采购" in "".join(lesson.tables[0].table.remarks)
    first = next(question.table for question in lesson.questions if question.kind == "合并文件")
    apart = lesson_of(folder, ("合并文件", first, "分开"))
    assert sorted(one.name for one in apart.tables) == sorted(["药品采购", "药品报损"])


def test_no_value_of_an_unknown_sheet_is_written_down(folder: Path, tmp_path: Path) -> None:
    people = [("阿依古丽", "13899990000", "1980-01-02"), ("张建国", "13899990001", "1971-05-06")]
    rows = [[*people[number % 2], str(number)] for number in range(80)]
    write_text(folder / "透析登记.csv", ["患者", "联系电话", "CSRQ", "次序"], rows, ",")
    learn_it(folder, tmp_path)
    pack = tmp_path / "site" / "2023"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(pack.iterdir()))
    assert not re.search("阿依古丽|张建国|1389999000|1980-01-02|1971-05-06", text)


def test_a_layer_made_by_hand_is_not_replaced_by_a_lesson(table: Table, folder: Path, tmp_path: Path) -> None:
    write_text(folder / "SETTLE_MZ.csv", table.header, table.rows)
    learn_it(folder, tmp_path)
    signed = tmp_path / "site" / "2023" / "signed.csv"
    signed.write_text("table,column,kind,reason,signed_by,date\n", encoding="utf-8")
    with pytest.raises(LearnError, match=r"signed\.csv"):
        learn_it(folder, tmp_path)
    assert signed.is_file()
    learn(folder, "site/2023", tmp_path, tmp_path / "spill", "500MB", 2, quiet, force=True)


def test_a_known_column_is_given_away_once(table: Table, folder: Path) -> None:
    header = [{"DOCTOR_ID": "QQ1", "DOCTOR_NAME": "QQ2"}.get(name, name) for name in table.header]
    write_text(folder / "SETTLE_MZ.csv", header, table.rows)
    given = tuple(
        Decision("列的含义", "SETTLE_MZ", name, "DOCTOR_NAME", "张医保", "2024-05-06") for name in ("QQ1", "QQ2")
    )
    with pytest.raises(LearnError, match=r"QQ1 和 QQ2|QQ2 和 QQ1"):
        study(folder, "site/2023", Decisions(given), folder.parent / "spill", "500MB", 2, quiet)


def test_an_answer_names_a_field_that_exists(table: Table, folder: Path) -> None:
    header = [{"DOCTOR_ID": "QQ1"}.get(name, name) for name in table.header]
    write_text(folder / "SETTLE_MZ.csv", header, table.rows)
    given = (Decision("列的含义", "SETTLE_MZ", "QQ1", "foo.bar", "张医保", "2024-05-06"),)
    with pytest.raises(LearnError, match=r"foo\.bar"):
        study(folder, "site/2023", Decisions(given), folder.parent / "spill", "500MB", 2, quiet)


def test_a_whole_package_of_ours_is_learnt_from_its_data_alone(clean: Exported, tmp_path: Path) -> None:
    package = tmp_path / "package"
    for part in ("format", "reports", "schemas", "ddl"):
        shutil.copytree(clean.deliver / part, package / "deliver" / part)
    (package / "deliver" / "data").mkdir()
    for record in clean.delivery.resources("SETTLE_MZ"):
        shutil.copy(clean.deliver / record["path"], package / "deliver" / "data")
    lesson = study(package, "site/2023", Decisions(), tmp_path / "spill", "500MB", 2, quiet)
    assert [one.name for one in lesson.tables] == ["SETTLE_MZ"]
    assert any("导出包里的说明" in note.text for note in lesson.delivery.notes)


def test_a_format_without_fee_lines_is_rehearsed_too(
    table: Table, folder: Path, clean: Exported, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_text(folder / "SETTLE_MZ.csv", table.header, table.rows)
    toml = f'[sources.centre]\nadapter = "sample"\nurl = "{clean.job.source.location()}"\n'
    (workdir / "feijian.toml").write_text(toml, encoding="utf-8")
    assert main(["format", "learn", str(folder), "--as", "site/2023"]) == 0
    period = ["--from", "2024-01-01", "--to", "2024-12-31", "--rehearse", "2024-03"]
    export = ["export", "--source", "centre", "--org", clean.job.org, *period, "--format", "site/2023", "--json"]
    capsys.readouterr()
    assert main(export) in (0, 1)
    assert json.loads(capsys.readouterr().out)["forecast"]["rows"]["SETTLE_MZ"] > 0


def test_tables_of_one_row_per_batch_are_foreseen_as_at_least(
    clean: Exported, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = f'[sources.centre]\nadapter = "sample"\nurl = "{clean.job.source.location()}"\n'
    (workdir / "feijian.toml").write_text(toml, encoding="utf-8")
    period = ["--from", "2024-01-01", "--to", "2024-12-31", "--rehearse", "2024-03"]
    assert main(["export", "--source", "centre", "--org", clean.job.org, *period]) == 0
    said = capsys.readouterr().out
    foreseen = re.search(r"HIS_VS_YB_STORE　.*全期至少 (\d+) 行", said)
    assert foreseen is not None
    [(rows,)] = clean.query("SELECT count(*) FROM HIS_VS_YB_STORE")
    assert int(foreseen[1]) <= rows

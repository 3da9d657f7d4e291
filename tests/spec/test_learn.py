"""What a delivery teaches: our own package back from its data alone, what a person is asked, what is kept."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from exports.duck import open_database
from exports.workbooks.write import write_workbooks
from flows.cli import main
from flows.learn.decisions import FILE, HEAD, Decisions
from flows.learn.infer import infer
from flows.learn.learn import Lesson, learn, study
from schemas.errors import LearnError
from schemas.format import Format, FormatTable
from schemas.profile import read_profile
from schemas.registry import load_format
from tests.house import FORM, Exported
from tests.mangled import read_table, write_text

HELD = [table for table in FORM.tables if table.columns]


def quiet(line: str) -> None: ...


def study_it(path: Path, spill: Path) -> Lesson:
    return study(path, "site/2023", Decisions(), spill, "500MB", 2, quiet)


def learn_it(path: Path, root: Path) -> Lesson:
    spill = root / "spill"
    return learn(path, "site/2023", root, spill, "500MB", 2, quiet)


def described(table: FormatTable) -> dict[str, Any]:
    """Everything that a learnt pack must have in common with the one the package was made with."""
    facts = {
        name: getattr(table, name) for name in ("name", "title", "mandatory", "key", "date_field", "money", "split")
    }
    columns = [
        (c.name, c.label, c.kind, c.printed, c.length, c.precision, c.scale, c.pattern, c.codes, c.codes_open,
         c.required, c.condition, c.std_field, c.source)
        for c in table.columns
    ]  # fmt: skip
    return {**facts, "columns": columns}


def assert_same_format(learnt: Format) -> None:
    assert [table.name for table in learnt.tables] == [table.name for table in HELD]
    for table in HELD:
        assert described(learnt.table(table.name)) == described(table)
    same = ("delimiter", "joiner", "charset", "maps", "accounts", "pairs", "errata")
    assert {name: getattr(learnt, name) for name in same} == {name: getattr(FORM, name) for name in same}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


@pytest.fixture(scope="module")
def lesson(clean: Exported, root: Path) -> Lesson:
    """The clean centre's package, learnt into `root` from its CSV alone: no manifest, no statements, no schemas."""
    shutil.copytree(clean.deliver / "data", root / "上年")
    return learn_it(root / "上年", root)


def test_our_own_package_is_learnt_back_from_its_csv_alone(lesson: Lesson) -> None:
    assert_same_format(lesson.form)
    assert lesson.questions == ()


def test_our_own_package_is_learnt_back_from_its_xlsx_rendering(clean: Exported, tmp_path: Path) -> None:
    with open_database(tmp_path, "500MB", 2) as database:
        for table in HELD:
            path = clean.run.part("out") / f"{table.name}.parquet"
            write_workbooks(database, table, path, tmp_path / "上年", clean.job.org)
    lesson = study_it(tmp_path / "上年", tmp_path / "spill")
    assert_same_format(lesson.form)
    assert lesson.questions == ()


def test_the_institution_templates_are_learnt_back_from_their_worksheets(audit: Exported, tmp_path: Path) -> None:
    """Instructions and types stand above the true header, as in the templates."""
    learnt = study_it(audit.deliver / "xlsx", tmp_path / "spill").form
    held = audit.delivery.tables()
    assert [table.name for table in learnt.tables] == [table.name for table in held]
    for table in held:
        assert described(learnt.table(table.name)) == described(table)
    same = ("delimiter", "joiner", "files", "exclusions", "forbidden", "pairs")
    assert {name: getattr(learnt, name) for name in same} == {name: getattr(audit.job.form, name) for name in same}


def test_where_the_values_alone_decide_they_decide_the_same(lesson: Lesson) -> None:
    decided = 0
    for one in lesson.tables:
        for name, seen in one.seen.items():
            alone = infer(seen, frozenset(), None, None)
            if alone.certain and seen.filled:
                decided += 1
                assert alone.kind == FORM.table(one.name).column(name).kind, (one.name, name)
    assert decided > 150


def test_statements_alone_give_types_and_widths(clean: Exported, tmp_path: Path) -> None:
    """With column names that nobody knows, the DDL beside the data is all there is."""
    table = read_table(clean)
    header = [f"A{place:02d}" for place in range(len(table.header))]
    folder = tmp_path / "上年"
    folder.mkdir()
    write_text(folder / "XYZ.csv", header, table.rows)
    columns = ",\n".join(
        f"  {name} {FORM.table('SETTLE_MZ').column(real).printed.replace('DATE/DATETIME', 'DATETIME')}"
        for name, real in zip(header, table.header, strict=True)
    )
    (folder / "建表.sql").write_text(f"CREATE TABLE XYZ (\n{columns}\n);\n", encoding="utf-8")
    [learnt] = study_it(folder, tmp_path / "spill").form.tables
    for column, real in zip(learnt.columns, table.header, strict=True):
        expected = FORM.table("SETTLE_MZ").column(real)
        known = (expected.length, expected.scale) if expected.kind in ("text", "decimal") else (None, None)
        assert (column.length, column.scale) == known, real


def answer(folder: Path, **answers: str) -> None:
    """Fill in `decisions.csv` as a person would in Excel."""
    path = folder / FILE
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    for row in rows:
        if row["列"] in answers:
            row |= {"决定": answers[row["列"]], "决定人": "张医保", "日期": "2024-05-06"}
    with path.open("w", encoding="gb18030", newline="") as handle:  # Excel saves it so
        writer = csv.DictWriter(handle, HEAD)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def odd(clean: Exported, tmp_path: Path) -> Path:
    """A delivery in which the settlement's number goes by a name that nobody knows."""
    table = read_table(clean)
    folder = tmp_path / "上年"
    folder.mkdir()
    write_text(folder / "SETTLE_MZ.csv", [{"HISID": "DJBH_X"}.get(n, n) for n in table.header], table.rows)
    return folder


def test_what_is_unsure_is_asked_and_the_answer_is_taken(odd: Path, tmp_path: Path) -> None:
    first = learn_it(odd, tmp_path)
    [question] = first.questions
    assert (question.column, question.proposal) == ("DJBH_X", "HISID")
    assert "P_LEVEL" in question.evidence
    answer(tmp_path / "site" / "2023", DJBH_X="HISID")
    second = learn_it(odd, tmp_path)
    assert second.questions == ()
    column = load_format("site/2023", roots=(tmp_path,)).table("SETTLE_MZ").column("DJBH_X")
    assert (column.std_field, column.source) == ("settlement.setl_id", "HISID")


def test_an_answer_to_a_question_that_is_gone_is_told(odd: Path, clean: Exported, tmp_path: Path) -> None:
    learn_it(odd, tmp_path)
    answer(tmp_path / "site" / "2023", DJBH_X="HISID")
    table = read_table(clean)
    write_text(odd / "SETTLE_MZ.csv", table.header, table.rows)
    lesson = learn_it(odd, tmp_path)
    assert [one.column for one in lesson.unused] == ["DJBH_X"]
    assert "DJBH_X" in (tmp_path / "site" / "2023" / FILE).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"决定人": ""}, "决定人"), ({"日期": "昨天"}, "2024-01-31"), ({"决定": "看着办"}, "看不懂")],
)
def test_an_answer_that_cannot_be_used_is_refused(odd: Path, tmp_path: Path, change: dict[str, str], said: str) -> None:
    learn_it(odd, tmp_path)
    path = tmp_path / "site" / "2023" / FILE
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    rows[0] |= {"决定": "HISID", "决定人": "张医保", "日期": "2024-05-06", **change}
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, HEAD)
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(LearnError, match=said):
        learn_it(odd, tmp_path)


def test_rounded_identifiers_are_refused_until_a_person_accepts_it(clean: Exported, tmp_path: Path) -> None:
    table = read_table(clean)
    folder = tmp_path / "上年"
    folder.mkdir()
    write_text(folder / "SETTLE_MZ.csv", table.header, table.with_column("ID_CARD", lambda cell: "6.50402E+17"))
    with pytest.raises(LearnError, match="ID_CARD"):
        learn_it(folder, tmp_path)
    assert not (tmp_path / "site" / "2023" / "pack.toml").exists()
    answer(tmp_path / "site" / "2023", ID_CARD="接受")
    assert learn_it(folder, tmp_path).form.table("SETTLE_MZ").column("ID_CARD").kind == "text"


def test_a_failed_lesson_leaves_the_earlier_pack_as_it_was(odd: Path, tmp_path: Path) -> None:
    learn_it(odd, tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "site" / "2023").iterdir()}
    (odd / "SETTLE_MZ.csv").write_bytes(b"\x81\x00\xff\xfe\xff")
    with pytest.raises(LearnError):
        learn_it(odd, tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "site" / "2023").iterdir()} == before


def test_learning_twice_writes_the_same_bytes(odd: Path, tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        learn_it(odd, tmp_path / name)
        folder = tmp_path / name / "site" / "2023"
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]


def test_parts_are_joined_by_month_and_by_warehouse(lesson: Lesson, clean: Exported) -> None:
    parts = {one.name: len(one.table.sheets) for one in lesson.tables}
    assert parts["SETTLE_MZ"] == 12
    assert parts["HIS_VS_YB_STORE"] == 2
    for table in HELD:
        [count] = clean.query(f"SELECT count(*) FROM {table.name}")[0]
        assert lesson.profile.table(table.name).rows == count  # type: ignore[union-attr]


def test_per_warehouse_files_with_the_same_header_are_one_table(clean: Exported, tmp_path: Path) -> None:
    table = read_table(clean, "HIS_VS_YB_STORE")
    folder = tmp_path / "上年"
    folder.mkdir()
    for name, rows in table.months.items():
        write_text(folder / f"{name}.csv", table.header, rows)
    [one] = study_it(folder, tmp_path / "spill").tables
    assert one.name == "HIS_VS_YB_STORE"
    assert one.table.rows == len(table.rows)


def test_no_patient_can_be_read_from_a_learnt_pack(clean: Exported, lesson: Lesson, root: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "site" / "2023").iterdir())
    rows = clean.query("SELECT DISTINCT ID_CARD, PATIENT_ID, SOCIAL_ID, HISID, MZH FROM SETTLE_MZ")
    rows += clean.query("SELECT DISTINCT ID_CARD, PATIENT_ID, SOCIAL_ID, HISID, ZYH FROM SETTLE_ZY")
    assert not [value for row in rows for value in row if value and len(value) > 5 and value in text]


def test_the_profile_is_kept_and_read_back(lesson: Lesson, clean: Exported, root: Path) -> None:
    assert read_profile(root / "site" / "2023") == lesson.profile
    months = lesson.profile.table("SETTLE_MZ").months  # type: ignore[union-attr]
    declared = clean.delivery.manifest["feijian:totals"]["SETTLE_MZ"]
    assert {month: one.rows for month, one in months.items()} == {m: one["rows"] for m, one in declared.items()}
    assert {m: str(one.sums["TOTAL_AMOUNT"]) for m, one in months.items()} == {
        m: one["sums"]["TOTAL_AMOUNT"] for m, one in declared.items()
    }


def test_a_learnt_format_is_a_target_of_the_export(odd: Path, clean: Exported, workdir: Path) -> None:
    toml = f'[sources.centre]\nadapter = "sample"\nurl = "{clean.job.source.location()}"\n'
    (workdir / "feijian.toml").write_text(toml, encoding="utf-8")
    assert main(["format", "learn", str(odd), "--as", "site/2023"]) == 1
    answer(workdir / "formats" / "site" / "2023", DJBH_X="HISID")
    assert main(["format", "learn", str(odd), "--as", "site/2023"]) == 0
    command = ["export", "--source", "centre", "--org", clean.job.org, "--from", "2024-01-01", "--to", "2024-12-31"]
    assert main([*command, "--format", "site/2023"]) in (0, 1)
    [package] = (workdir / "deliver").iterdir()
    manifest = json.loads((package / "deliver" / "datapackage.json").read_text(encoding="utf-8"))
    header = (package / "deliver" / manifest["resources"][0]["path"]).read_text(encoding="utf-8").splitlines()[0]
    assert header.split("|@|") == [{"HISID": "DJBH_X"}.get(c.name, c.name) for c in FORM.table("SETTLE_MZ").columns]


def test_the_command_says_what_was_learnt_and_what_is_asked(
    odd: Path, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["format", "learn", str(odd), "--as", "site/2023", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["base"] == "nhsa/2024"
    assert [one["column"] for one in record["questions"]] == ["DJBH_X"]
    report = (workdir / "formats" / "site" / "2023" / "学习报告.md").read_text(encoding="utf-8")
    assert "有 1 个问题等人决定" in report
    assert not list((workdir / "formats").glob(".*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--as", "site/2023"], "找不到"),
        ([".", "--as", "2023"], "site/2023"),
        ([".", "--as", "../x"], "site/2023"),
        ([".", "--as", "site/.."], "site/2023"),
        ([".", "--as", "nhsa/2024"], "随程序提供"),
    ],
)
def test_a_wrong_place_or_name_is_said_in_chinese(
    workdir: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["format", "learn", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_pack_edited_by_hand_is_not_overwritten_unasked(odd: Path, tmp_path: Path) -> None:
    learn_it(odd, tmp_path)
    path = tmp_path / "site" / "2023" / "columns.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("VARCHAR(30)", "VARCHAR(40)"), encoding="utf-8")
    edited = path.read_bytes()
    with pytest.raises(LearnError, match=r"columns\.csv"):
        learn_it(odd, tmp_path)
    assert path.read_bytes() == edited
    learn(odd, "site/2023", tmp_path, tmp_path / "spill", "500MB", 2, quiet, force=True)
    assert path.read_bytes() != edited


def test_names_from_foreign_files_stay_names(clean: Exported, tmp_path: Path) -> None:
    """A file called like a path and a column called like a formula: neither reaches further than the pack."""
    table = read_table(clean)
    folder = tmp_path / "上年"
    folder.mkdir()
    write_text(folder / "怪%2F表 '\".csv", ["=HYPERLINK(1)", *table.header[1:]], table.rows)
    lesson = learn_it(folder, tmp_path)
    [one] = lesson.form.tables
    assert one.name.replace("_", "").isalnum()
    text = (tmp_path / "site" / "2023" / FILE).read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK(1)" not in text
    answer(tmp_path / "site" / "2023", **{"'=HYPERLINK(1)": "HOSPITAL_ID"})
    assert learn_it(folder, tmp_path).questions == ()

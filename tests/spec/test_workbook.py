"""Worksheets: what a clerk or an inspector opens in Excel or WPS."""

import json
import shutil
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.verify import verify
from exports.workbooks.limits import CUT, LONGEST_TEXT
from exports.workbooks.template import read_template
from exports.workbooks.write import sheet_name, write_workbooks
from flows.job import make_job
from flows.steps.render import load_rendered, render, save_rendered
from schemas.errors import TemplateError
from schemas.format import FormatColumn, FormatTable
from schemas.result import Outcome
from tests.house import FIRST, LAST, Exported


def column(name: str, kind: Any, scale: int | None = None, note: str = "") -> FormatColumn:
    return FormatColumn(
        table="T", seq=1, field=name, name=name, label=f"{name}标签", printed=f"{kind}型", kind=kind, length=None,
        precision=18, scale=scale, key=False, required="no", condition=None, condition_words="", codes=(),
        codes_open=False, std_field="", note=note,
    )  # fmt: skip


COLUMNS = (
    column("号码", "text", note="18位"), column("金额", "decimal", 2, "元"), column("日期", "date"),
    column("时间", "datetime"),
)  # fmt: skip
TABLE = FormatTable("T", "2.1 门诊/就医", True, "", (), None, "none", None, (), "", COLUMNS)
TYPES = (pa.string(), pa.decimal128(18, 2), pa.date32(), pa.timestamp("us"))
SCHEMA = pa.schema(zip((one.name for one in COLUMNS), TYPES, strict=True))
ROW = ("650402199001019001", Decimal("1234.50"), date(2024, 2, 29), datetime(2024, 2, 29, 8, 5, 3))
Row = tuple[Any, Any, Any, Any]


def written(folder: Path, *rows: Row, **options: Any) -> list[Path]:
    path = folder / "t.parquet"
    folder.mkdir(exist_ok=True)
    records = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    pq.write_table(pa.Table.from_pylist(records, schema=SCHEMA), path)
    with duckdb.connect() as database:
        made = write_workbooks(database, TABLE, path, folder / "xlsx", "H65", **options)
    return [folder / "xlsx" / one.file for one in made]


def sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path).active


def test_numbers_of_persons_are_text_amounts_are_numbers_and_dates_are_dates(tmp_path: Path) -> None:
    [path] = written(tmp_path, ROW)
    cells = sheet(path)[2]
    assert path.name == "H65_T.xlsx"
    assert [cell.value for cell in cells] == ["650402199001019001", 1234.5, datetime(2024, 2, 29), ROW[3]]
    assert [cell.data_type for cell in cells] == ["s", "n", "d", "d"]
    assert [cell.number_format for cell in cells] == ["@", "0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]


def test_the_sheet_has_the_title_and_a_frozen_header(tmp_path: Path) -> None:
    [path] = written(tmp_path, ROW)
    found = sheet(path)
    assert found.title == "2.1 门诊 就医"
    assert [cell.value for cell in found[1]] == ["号码", "金额", "日期", "时间"]
    assert found[1][0].font.bold
    assert found.freeze_panes == "A2"


def test_instructions_and_types_may_stand_above_the_header(tmp_path: Path) -> None:
    [path] = written(tmp_path, ROW, head=("note", "printed"))
    rows = list(sheet(path).iter_rows(values_only=True))
    assert rows[0][:2] == ("18位", "元")
    assert rows[1] == ("text型", "decimal型", "date型", "datetime型")
    assert rows[2] == ("号码", "金额", "日期", "时间")
    assert rows[3][0] == ROW[0]
    assert sheet(path).freeze_panes == "A4"


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    dangerous = ["=1+1", "+86", "-1", "@SUM(A1)", "http://example.invalid", "0012"]
    [path] = written(tmp_path, *((text, None, None, None) for text in dangerous))
    cells = [row[0] for row in sheet(path).iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == dangerous
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_table_longer_than_a_sheet_goes_on_in_numbered_files(tmp_path: Path) -> None:
    rows = [(str(number), None, None, None) for number in range(7)]
    paths = written(tmp_path, *rows, sheet_rows=5, head=("note",))
    assert [path.name for path in paths] == ["H65_T_p01.xlsx", "H65_T_p02.xlsx", "H65_T_p03.xlsx"]
    values = [[row[0] for row in sheet(path).iter_rows(min_row=3, values_only=True)] for path in paths]
    assert values == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_an_empty_table_is_a_sheet_with_its_header(tmp_path: Path) -> None:
    [path] = written(tmp_path)
    assert [row[0] for row in sheet(path).iter_rows(values_only=True)] == ["号码"]


def test_a_text_longer_than_a_cell_says_where_the_rest_is(tmp_path: Path) -> None:
    [path] = written(tmp_path, ("长" * (LONGEST_TEXT + 1), None, None, None))
    value = sheet(path)["A2"].value
    assert len(value) == LONGEST_TEXT
    assert value.endswith(CUT)


def test_a_date_from_before_1900_is_written_as_text(tmp_path: Path) -> None:
    [path] = written(tmp_path, ("x", None, date(1899, 12, 31), datetime(1899, 12, 31, 1)))
    assert [cell.value for cell in sheet(path)[2]][2:] == ["1899-12-31", "1899-12-31 01:00:00"]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    [one], [two] = written(tmp_path / "a", ROW, ROW), written(tmp_path / "b", ROW, ROW)
    assert one.read_bytes() == two.read_bytes()
    assert [path.name for path in one.parent.iterdir()] == ["H65_T.xlsx"]


def test_a_sheet_name_is_never_too_long() -> None:
    long = FormatTable("T", "很长的名称" * 10, True, "", (), None, "none", None, (), "", COLUMNS)
    assert len(sheet_name(long)) == 31


def test_the_audit_package_has_a_sheet_beside_every_table(audit: Exported) -> None:
    names = {f"{audit.job.org}_{table.name}.xlsx" for table in audit.delivery.tables()}
    assert {path.name for path in (audit.deliver / "xlsx").iterdir()} == names
    path = audit.deliver / "xlsx" / f"{audit.job.org}_OTP_VISIT.xlsx"
    instructions, types, header, *rows = sheet(path).iter_rows(values_only=True)
    assert header == tuple(column.name for column in audit.job.form.table("OTP_VISIT").columns)
    assert instructions[header.index("次要诊断组合")] == "其他诊断名称，多个以#连接"
    assert types[header.index("医疗金额")] == "DECIMAL(18,2)"
    place = header.index("医疗金额")
    total = sum((Decimal(str(row[place])) for row in rows), Decimal(0))
    assert [(total, len(rows))] == audit.query("SELECT sum(医疗金额), count(*) FROM OTP_VISIT")


def test_a_customers_workbook_is_filled_and_the_other_tables_have_their_own(clean: Exported, tmp_path: Path) -> None:
    model = openpyxl.Workbook()
    model.active.title = "SETTLE_MZ"
    model.active.append([column.name for column in clean.job.form.table("SETTLE_MZ").columns])
    model.save(tmp_path / "2023.xlsx")
    job = replace(clean.job, template=read_template(tmp_path / "2023.xlsx", clean.job.form.tables))
    assert (clean.job.workbooks, job.workbooks, replace(clean.job, xlsx=True).workbooks) == (False, True, True)
    (tmp_path / "spill").mkdir()
    rendered = render(job, clean.run.part("out"), tmp_path / "deliver", tmp_path / "spill", lambda line: None)
    save_rendered(rendered, tmp_path)
    assert load_rendered(tmp_path) == rendered
    files = {one.table: one.file for one in rendered.workbooks}
    assert set(files) == {part.table for part in rendered.parts}
    assert files["SETTLE_MZ"] == f"{job.org}_tables.xlsx"
    assert files["SETTLE_ZY"] == f"{job.org}_SETTLE_ZY.xlsx"
    rows = sum(part.rows for part in rendered.parts if part.table == "SETTLE_MZ")
    assert sheet(tmp_path / "deliver" / "xlsx" / files["SETTLE_MZ"]).max_row == rows + 1


def test_a_template_that_cannot_serve_is_refused_before_the_first_row(clean: Exported, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["患者姓名"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(TemplateError, match="工作表“Sheet”不知道是哪张表"):
        make_job(
            "centre", clean.job.org, FIRST, LAST, "nhsa/2024", None, clean.job.settings, template=tmp_path / "a.xlsx"
        )


def test_sheets_hold_no_forbidden_character_either(audit: Exported) -> None:
    found = sheet(audit.deliver / "xlsx" / f"{audit.job.org}_OTP_PRESCRIPTION.xlsx")
    header = [cell.value for cell in found[3]]
    names = {row[header.index("药品名称")] for row in found.iter_rows(min_row=4, values_only=True)}
    assert not {name for name in names if set(name) & set(",|; \t")}


def test_sheets_are_in_the_manifest_and_verify_finds_a_changed_one(audit: Exported, tmp_path: Path) -> None:
    manifest = json.loads((audit.deliver / "datapackage.json").read_text(encoding="utf-8"))
    listed = {record["path"]: record for record in manifest["feijian:files"]}
    victim = f"xlsx/{audit.job.org}_IPT_FEE.xlsx"
    facts = {name: value for name, value in listed[victim].items() if name.startswith("feijian:")}
    assert facts.pop("feijian:sm3")
    rows = audit.query("SELECT count(*) FROM IPT_FEE")[0][0]
    assert facts == {"feijian:table": "IPT_FEE", "feijian:rows": rows, "feijian:replaced": 0, "feijian:cut": 0}
    package = tmp_path / "package"
    shutil.copytree(audit.published.folder, package)
    assert not [one for one in verify(package, tmp_path, "1GB", 2) if one.outcome is Outcome.FAILED]
    (package / "deliver" / victim).write_bytes(b"x")
    [failed] = [one for one in verify(package, tmp_path, "1GB", 2) if one.outcome is Outcome.FAILED]
    assert victim in failed.reason

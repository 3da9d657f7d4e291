"""A folder of files in the terms of the std model gives the package that the hospital's own system gives."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.settings import SourceSettings
from flows.source_template import NOTES, write_template
from flows.sources import open_source
from schemas.adapter import load_adapter
from schemas.errors import SourceError, StoreError
from schemas.result import Outcome
from schemas.std import MODELS, ON_DEMAND, std_table
from tests import traced
from tests.centre import DEMO_ORG
from tests.house import Exported, settings_for
from tests.traced import Traced, trace

SHEETS = ("settlement", "diagnosis")
TEXTS = ("fee_line", "person", "stock_movement")


@pytest.fixture
def by_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Path], Traced]:
    """Follow a folder as the adapter `files` reads it."""

    def settings(folder: Path, url: str) -> Any:
        return replace(settings_for(folder, url), sources={"centre": SourceSettings("centre", "files", url)})

    monkeypatch.setattr(traced, "settings_for", settings)
    store = tmp_path / "store"
    store.mkdir()
    return lambda folder: trace(store, f"files://{folder}")


def written_out(done: Exported, folder: Path) -> None:
    """The std tables of an export as a hospital might hand them over: GBK by month, a workbook, Parquet."""
    book = openpyxl.Workbook(write_only=True)
    for name in MODELS:
        table = pq.read_table(done.run.part("std") / f"{name}.parquet")
        table = table.filter(pc.is_null(table["_excluded"]))
        table = table.select([column for column in table.column_names if not column.startswith("_")])
        titles = [std_table(name).column(column).title for column in table.column_names]
        if name in SHEETS:
            sheet = book.create_sheet(std_table(name).title)
            for row in (titles, *(list(one.values()) for one in table.to_pylist())):
                sheet.append(row)
        elif name in TEXTS:
            for half, part in enumerate((table.slice(0, 500), table.slice(500))):
                text_file(folder / f"{std_table(name).title}_20240{half + 1}.csv", titles, part)
        elif table.num_rows:
            pq.write_table(table, folder / f"{name}.parquet")
    book.save(folder / "结算和诊断.xlsx")


def text_file(path: Path, titles: list[str], table: pa.Table) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        writer.writerows(map(_as_exported, row.values()) for row in table.to_pylist())


def _as_exported(value: object) -> object:
    return f"{value:%Y/%m/%d %H:%M:%S}" if isinstance(value, datetime) else value


def test_gbk_workbook_and_parquet_together_give_the_centres_own_bytes(
    clean: Exported, tmp_path: Path, by_files: Callable[[Path], Traced]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    written_out(clean, folder)
    done = by_files(folder)
    assert {one.result().outcome for one in done.accounts.values()} == {Outcome.PASSED}
    assert {path.name: path.read_bytes() for path in (done.render().folder / "data").iterdir()} == clean.data()
    assert "没有交来的表按空表处理：门诊挂号、处方明细、设备、盘点" in done.extracted.snapshot


SMALL: dict[str, list[dict[str, str]]] = {
    "institution": [{"fixmedins_code": DEMO_ORG, "fixmedins_name": "某卫生院"}],
    "department": [{"hosp_dept_codg": "01", "hosp_dept_name": "全科"}],
    "staff": [{"medins_psn_code": "D1"}],
    "person": [{"psn_no": "P1", "gend": "1"}],
    "settlement": [
        {
            "setl_id": "S1",
            "mdtrt_id": "V1",
            "psn_no": "P1",
            "mz_zy": "MZ",
            "setl_time": "2024-01-31 23:59:59",
            "hi_setl_flag": "1",
            "medfee_sumamt": "12.50",
            "refd_setl_flag": "0",
        }
    ],
    "fee_line": [
        {"feedetl_sn": f"F{at}", "setl_id": "S1", "mdtrt_id": "V1", "bilg_time": day, "det_item_fee_sumamt": amount}
        for at, (day, amount) in enumerate((("2024-01-31", "12.50"), ("2024-01-31", "壹元"), ("2023-12-31", "1")))
    ],
    "diagnosis": [],
    "catalogue_item": [],
    "catalogue_mapping": [],
}


def small(folder: Path, **changed: list[dict[str, str]] | None) -> None:
    """The least that can be exported, one CSV a table; None leaves a table out."""
    folder.mkdir()
    for name, rows in {**SMALL, **changed}.items():
        if rows is None:
            continue
        needed = [column.name for column in std_table(name).columns if column.required and column.name != "_row"]
        columns = list(dict.fromkeys([*needed, *(column for row in rows for column in row)]))
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            owner = {"fixmedins_code": DEMO_ORG} if "fixmedins_code" in columns else {}
            writer.writerows({**owner, **row} for row in rows)


def test_a_wrong_amount_is_quarantined_by_its_row_and_every_row_is_accounted_for(
    tmp_path: Path, by_files: Callable[[Path], Traced]
) -> None:
    small(tmp_path / "in")
    done = by_files(tmp_path / "in")
    assert done.quarantine["fee_line:F1"] == ("fee_line", "amount")
    assert done.extracted.tables["fee_line"].rows == 2
    assert done.extracted.tables["fee_line"].months["202401"].sums == {"det_item_fee_sumamt": Decimal("12.50")}
    assert done.accounts["settlement"].result().outcome is Outcome.PASSED
    assert "“结算”没有交来的列按空值处理：就诊开始时间" in done.extracted.snapshot


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"diagnosis": None}, "中缺少表 诊断（diagnosis）"),
        ({"person": [{"psn_no": "P1", "电话": "0"}]}, "person.csv 的列 电话 不是标准表“就诊人员”的列"),
        ({"person": [{"psn_no": "P1", "人员编号": "P1"}]}, "person.csv 的表头中重复出现列 psn_no、人员编号"),
    ],
)
def test_what_is_missing_or_has_no_place_is_named(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    small(tmp_path / "in", **changed)
    with pytest.raises(SourceError, match=said):
        open_source(f"files://{tmp_path / 'in'}")


def test_a_missing_column_that_the_model_requires_is_named_in_both_tongues(tmp_path: Path) -> None:
    small(tmp_path / "in")
    (tmp_path / "in" / "person.csv").write_text("性别,证件号码\n1,2\n", encoding="gb18030")
    with pytest.raises(SourceError, match=r"person\.csv 缺少列 人员编号（psn_no）"):
        open_source(f"files://{tmp_path / 'in'}")


@pytest.mark.parametrize("name", MODELS)
def test_the_adapter_reads_every_column_of_the_model_under_its_own_name(name: str) -> None:
    adapter, spec = load_adapter("files"), std_table(name)
    table = adapter.tables[name]
    columns = {column.name for column in spec.columns if not column.name.startswith("_")}
    assert {*table.columns, *table.on_demand} == columns
    assert (table.key, table.title, adapter.sql(name)) == (spec.key, spec.title, f"SELECT * FROM {name}")
    assert table.serves == ((name,) if name in ON_DEMAND else ())


def test_the_template_is_what_the_adapter_reads(tmp_path: Path) -> None:
    files = write_template(tmp_path / "template")
    assert files[-1].name == NOTES
    assert "| 结算时间 | setl_time | 时间 2024-01-31 08:05:00 | 是 |" in files[-1].read_text(encoding="utf-8")
    source = open_source(f"files://{tmp_path / 'template'}")
    try:
        for name, table in load_adapter("files").tables.items():
            assert set(source.columns(name)) == {*table.columns, *table.on_demand}
            assert source.totals(name, table.totals, "").rows == 0
        assert source.snapshot.endswith(f"没有读取不是数据的文件：{NOTES}")
    finally:
        source.close()
    with pytest.raises(StoreError, match="不是空的"):
        write_template(tmp_path / "template")


def test_the_command_writes_the_template_with_the_codes_that_a_cell_may_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["source", "template", "--out", str(tmp_path / "template")]) == 0
    assert "已写出 27 张空表" in capsys.readouterr().out
    notes = (tmp_path / "template" / NOTES).read_text(encoding="utf-8")
    assert "| 性别 | gend | 文本 |" in notes and "1 男" in notes
    assert main(["source", "template", "--out", str(tmp_path / "template")]) == 2
    assert "不是空的" in capsys.readouterr().err


def test_columns_read_by_a_star_are_not_called_idle_and_files_need_no_index(
    tmp_path: Path, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_template(tmp_path / "template")
    config = f'[sources.files]\nadapter = "files"\nurl = "files://{tmp_path / "template"}"\n'
    (workdir / "feijian.toml").write_text(config, encoding="utf-8")
    assert main(["source", "check", "files", "--json"]) == 0
    found = {one["id"]: one["outcome"] for one in json.loads(capsys.readouterr().out)["checks"]}
    assert found["adapter.idle"] == Outcome.PASSED.value
    assert found["source.indexes"] == Outcome.NOT_APPLICABLE.value

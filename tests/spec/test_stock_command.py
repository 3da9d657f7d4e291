"""`feijian stock`: what a run or a package alone says of purchases, stock and bills."""

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from exports.stock.columns import UNCHECKED, UNKNOWN
from flows.cli import main
from tests.house import Exported

Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, *arguments: object) -> dict[str, Any]:
    assert main(["stock", *map(str, arguments), "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


def test_a_package_alone_tells_the_same_of_bills_and_purchases_as_its_run(
    clean: Exported, capsys: Capture, workdir: Path
) -> None:
    run, package = (asked(capsys, folder) for folder in (clean.run.folder, clean.published.folder))
    same = ("medins_list_codg", "opening", "bought", "sent_back", "available", "billed", "sold_otp", "sold_ipt")
    assert [[row[name] for name in same] for row in run["codes"]] == [
        [row[name] for name in same] for row in package["codes"]
    ]
    assert len(run["codes"]) > 100
    closing = [
        {(row["inv_name"], row["fixmedins_hilist_id"]): row["closing"] for row in one["places"]}
        for one in (run, package)
    ]
    assert closing[0] == closing[1]
    assert run["unknown"] == [] and package["unknown"]


def test_what_a_package_cannot_tell_is_not_called_even(clean: Exported, capsys: Capture, workdir: Path) -> None:
    assert main(["stock", str(clean.published.folder)]) == 0
    said = capsys.readouterr().out
    assert "? 调拨在各库之间相抵：未核对" in said and "未能核对：只有导出包时" in said
    assert "盘点差异另列" not in said
    assert main(["stock", str(clean.run.folder)]) == 0
    assert "✓ 调拨在各库之间相抵" in capsys.readouterr().out


@pytest.fixture
def uncounted(clean: Exported, tmp_path: Path) -> Path:
    """The clean run, of a hospital that never wrote down what lay in its stores."""
    folder = tmp_path / "run"
    shutil.copytree(clean.run.part("std"), folder / "std")
    shutil.copy(clean.run.folder / "settings.json", folder)
    path = folder / "std" / "stock_balance.parquet"
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    return folder


def test_without_balances_nothing_is_called_even(uncounted: Path, capsys: Capture, workdir: Path) -> None:
    book = workdir / "进销存核对.xlsx"
    assert main(["stock", str(uncounted), "--out", str(book)]) == 0
    said = capsys.readouterr().out
    assert (
        "? 期初＋入－出＝期末（每物资每库房）：未核对" in said
        and "? 收费不多于期初＋购进（每收费编码）：未核对" in said
    )
    assert "没有 2023-12-31 日终的结存" in said and "✓ 收费不多于销售出库" in said
    head, *rows = openpyxl.load_workbook(book)["按库房"].iter_rows(values_only=True)
    assert {row[head.index("结存－计算")] for row in rows} == {UNCHECKED}
    assert {row[head.index("期初")] for row in rows} == {UNKNOWN}


def test_the_workbook_is_typed_and_the_same_twice(clean: Exported, capsys: Capture, workdir: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        record = asked(capsys, clean.run.folder, "--item", "W0002", "--out", workdir / name)
    assert (workdir / "a.xlsx").read_bytes() == (workdir / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(workdir / "a.xlsx")
    assert book.sheetnames == ["说明", "收费对照", "按物资", "按库房"]
    head, row = book["按物资"].iter_rows()
    cells = {title.value: cell for title, cell in zip(head, row, strict=True)}
    [good] = record["goods"]
    assert (cells["物资编码"].value, cells["物资编码"].number_format) == ("W0002", "@")
    assert cells["门诊包装含最小单位"].value == 12
    assert cells["门诊销售"].value == -int(good["sold_otp"]) > 0
    assert cells["期末（计算）"].value == int(good["computed"]) == cells["期末（结存）"].value


def test_one_item_is_shown_with_every_figure(clean: Exported, capsys: Capture, workdir: Path) -> None:
    assert main(["stock", str(clean.run.folder), "--item", "Y0002"]) == 0
    said = capsys.readouterr().out
    assert "库房 药库" in said and "库房 药房" in said and "药库包装含最小单位 12" in said and "W0001" not in said


@pytest.mark.parametrize(
    ("source", "more", "sentence"),
    [
        ("nowhere", (), "它既不是运行号"),
        (".", (), "不是导出包"),
        ("run", ("--item", "W9999"), "没有物资或收费编码 W9999；相近的有 W"),
        ("run", ("--out", "a.csv"), "应以 .xlsx 结尾"),
    ],
)
def test_what_cannot_be_done_is_said(
    source: str, more: tuple[str, ...], sentence: str, clean: Exported, capsys: Capture, workdir: Path
) -> None:
    place = str(clean.run.folder) if source == "run" else source
    assert main(["stock", place, *more]) == 2
    assert sentence in capsys.readouterr().err


def test_a_package_without_its_stock_is_refused(clean: Exported, capsys: Capture, workdir: Path) -> None:
    manifest = json.loads((clean.deliver / "datapackage.json").read_text(encoding="utf-8"))
    manifest["resources"] = [one for one in manifest["resources"] if one["feijian:table"] != "CONVERT_UNIT"]
    (workdir / "datapackage.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert main(["stock", "."]) == 2
    assert "没有 CONVERT_UNIT，不能核对进销存" in capsys.readouterr().err


def test_a_package_that_was_changed_is_refused(clean: Exported, capsys: Capture, workdir: Path) -> None:
    shutil.copytree(clean.deliver, workdir / "deliver")
    path = next((workdir / "deliver" / "data").glob("*CONVERT_UNIT*.csv"))
    path.write_bytes(path.read_bytes()[:-40])
    assert main(["stock", "."]) == 2
    assert "与它的清单不符" in capsys.readouterr().err

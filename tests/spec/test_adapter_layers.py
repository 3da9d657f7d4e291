"""Adapters of one's own, and layers over a vendor's: only what differs, each deviation with a reason and a day."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from flows.job import Job, make_job
from flows.settings import SourceSettings
from flows.steps.conform import conform
from flows.steps.extract import extract
from schemas.adapter import Adapter, adapter_names, load_adapter
from schemas.errors import AdapterError, SettingsError
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, settings_for, write_centre

WHY = '{ day = 2026-11-01, reason = "本院自 2024 年起按年分表" }'


def layer(root: Path, name: str, content: str, **sql: str) -> Adapter:
    """Write an adapter folder and load it."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text(content, encoding="utf-8")
    for std, text in sql.items():
        (folder / f"{std}.sql").write_text(text, encoding="utf-8")
    return load_adapter(name, (root,))


def over_sample(root: Path, changes: str, *places: str, **sql: str) -> Adapter:
    """A layer over the adapter `sample` with a reason for each of `places`."""
    why = "\n".join(f'"{place}" = {WHY}' for place in places)
    return layer(root, "site", f'extends = "sample"\n[why]\n{why}\n{changes}', **sql)


def run(folder: Path, url: str, adapter: str) -> Path:
    """Extract and conform the centre's year; the folder of the std tables."""
    settings = settings_for(folder, url)
    settings = replace(settings, sources={"centre": SourceSettings("centre", adapter, url)})
    job: Job = make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", settings=settings)
    for part in ("raw", "std"):
        (folder / part).mkdir(parents=True)
    extract(job, folder / "raw", lambda line: None)
    conform(job, folder / "raw", folder / "std", folder, lambda line: None)
    return folder / "std"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("layers") / "his.sqlite"
    write_centre(f"sqlite:///{path}", visits=30)
    return path


def test_a_site_with_other_tables_and_columns_gives_the_same_rows_by_a_layer(centre: Path, tmp_path: Path) -> None:
    plain = run(tmp_path / "plain", f"sqlite:///{centre}", "sample")
    changed = tmp_path / "changed.sqlite"
    shutil.copy(centre, changed)
    with closing(sqlite3.connect(changed)) as database:
        database.execute("ALTER TABLE mz_fymx RENAME TO mz_fymx_2024")
        database.execute("ALTER TABLE mz_fymx_2024 RENAME COLUMN gjbm TO yb_bm")
        database.execute("ALTER TABLE mz_fymx_2024 RENAME COLUMN je TO zje")
        database.execute("ALTER TABLE mz_fymx_2024 DROP COLUMN gg")
        database.execute("UPDATE mz_fymx_2024 SET fylb = '西药' WHERE fylb = 'XYF'")
    changes = """
    [tables.mz_fymx]
    source = "mz_fymx_2024"
    renamed = { gjbm = "yb_bm", je = "zje" }
    lacks = ["gg"]
    [codes.fylb]
    "西药" = "09"
    """
    over_sample(tmp_path / "layered" / "sources", changes, "tables.mz_fymx", "codes.fylb")
    layered = run(tmp_path / "layered", f"sqlite:///{changed}", "site")
    one, other = pq.read_table(plain / "fee_line.parquet"), pq.read_table(layered / "fee_line.parquet")
    assert one.num_rows == other.num_rows > 50
    for name in one.column_names:
        outpatient = pc.starts_with(one["_row"], "mz_fymx")
        if name == "spec":
            assert pc.sum(pc.is_valid(other.filter(outpatient)[name])).as_py() == 0
            assert pc.sum(pc.is_valid(one.filter(outpatient)[name])).as_py() > 0
        else:
            assert one[name].equals(other[name]), name


def test_a_layer_over_a_layer_has_what_both_say_and_tells_every_deviation(tmp_path: Path) -> None:
    over_sample(tmp_path, '[tables.mz_fymx]\nadd = ["bz"]', "tables.mz_fymx")
    content = (
        f'extends = "site"\ntitle = "某院"\n[tables.mz_fymx]\nsource = "his.mz_fymx"\n[why]\n"tables.mz_fymx" = {WHY}'
    )
    both = layer(tmp_path, "ward", content)
    table = both.tables["mz_fymx"]
    assert both.title == "某院" and table.real_name == "his.mz_fymx" and "bz" in table.columns
    assert [(one.layer, one.place, one.day) for one in both.deviations] == [
        ("site", "tables.mz_fymx", "2026-11-01"),
        ("ward", "tables.mz_fymx", "2026-11-01"),
    ]
    assert "FROM his.mz_fymx f" in both.tables["mz_jsb"].where, "conditions of other tables follow the name"


def test_sql_of_a_layer_replaces_the_one_below_and_the_declaration_that_the_table_is_absent(tmp_path: Path) -> None:
    content = f'extends = "openhis"\nfilled = ["settlement.insutype"]\n[why]\n"filled" = {WHY}\n'
    content += "".join(f'"{name}.sql" = {WHY}\n' for name in ("operation", "settlement"))
    site = layer(tmp_path, "site", content, operation="SELECT 1 AS a;", settlement="SELECT 2 AS b")
    assert site.sql("operation") == "SELECT 1 AS a" and site.sql("settlement") == "SELECT 2 AS b"
    assert site.sql("person") == load_adapter("openhis").sql("person")
    assert "operation" not in site.absent_tables and "operation" in site.provides
    assert "insutype" not in site.absent["settlement"] and "psn_type" in site.absent["settlement"]


def test_what_a_site_has_not_is_absent_though_the_vendor_gives_it(tmp_path: Path) -> None:
    changes = '[tables.xd_bg]\ndrop = true\n[absent_tables]\nexam_report = "本院没有检查系统"'
    site = over_sample(tmp_path, changes, "tables.xd_bg", "absent_tables")
    assert "xd_bg" not in site.tables and "exam_report" not in site.provides


@pytest.mark.parametrize(
    ("changes", "places", "said"),
    [
        ('[tables.mz_fymx]\nsource = "x"', [], r"没有说明原因：tables\.mz_fymx"),
        ("", ["tables.mz_fymx"], "没有对应的改动"),
        ('[tables.mz_fymx]\nwhere_ = "x"', ["tables.mz_fymx"], r"\[tables\.mz_fymx\] 的 where_ 不是认识的键"),
        ('[tables.mz_fymx]\nadd = "bz"', ["tables.mz_fymx"], "add 应写成文字列表"),
        ('[tables.mz_fymx]\ncolumns = ["bz"]', ["tables.mz_fymx"], "不重写 columns"),
        ('[tables.mz_fymx]\nadd = ["gg"]', ["tables.mz_fymx"], "列 gg 在下层已有"),
        ('[tables.mz_fymx]\nlacks = ["nn"]', ["tables.mz_fymx"], "下层没有列 nn"),
        ('[tables.mz_fymx]\nlacks = ["je"]', ["tables.mz_fymx"], "je 是主键、日期或合计列"),
        ('[tables.mz_fymx]\nrenamed = { sfsj = "rq" }', ["tables.mz_fymx"], r"\[tables\.\w+\] 的 where 沿用下层.*sfsj"),
        ("[tables.mz_fymx]\ndrop = true", ["tables.mz_fymx"], r"\[tables\.mz_jsb\] 的 where 沿用下层.*mz_fymx"),
        ('[tables.mz_new]\nsource = "x"', ["tables.mz_new"], "下层没有这张表"),
        ('[absent.fee_lines]\nspec = "无"', ["absent.fee_lines"], "不存在的标准表：fee_lines"),
        ('[codes]\nfylb = "09"', ["codes.fylb"], r"\[codes\.fylb\] 应写成名称 = 文字"),
        ('[extra]\nx = "y"', [], "extra 不是认识的键"),
    ],
)
def test_a_wrong_layer_is_refused_with_place_and_reason(
    tmp_path: Path, changes: str, places: list[str], said: str
) -> None:
    with pytest.raises(AdapterError, match=said):
        over_sample(tmp_path, changes, *places)


def test_filled_must_name_what_was_absent(tmp_path: Path) -> None:
    content = f'extends = "openhis"\nfilled = ["settlement.setl_id"]\n[why]\n"filled" = {WHY}'
    with pytest.raises(AdapterError, match=r"下层没有说缺少 settlement\.setl_id"):
        layer(tmp_path, "site", content)


def test_layers_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "source.toml").write_text('extends = "a"', encoding="utf-8")
    with pytest.raises(AdapterError, match="互相引用：a → b → a"):
        layer(tmp_path, "a", 'extends = "b"')


def test_a_layer_over_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"没有适配器 hisx；现有：.*openhis"):
        layer(tmp_path, "a", 'extends = "hisx"')


def test_an_adapter_of_a_shipped_name_is_refused_and_others_are_found(tmp_path: Path) -> None:
    shutil.copytree(load_adapter("sample").folder, tmp_path / "sample")
    with pytest.raises(AdapterError, match=r'请把文件夹改名.*extends = "sample"'):
        load_adapter("sample", (tmp_path,))
    shutil.move(tmp_path / "sample", tmp_path / "town")
    assert load_adapter("town", (tmp_path,)).provides == load_adapter("sample").provides
    assert "town" in adapter_names((tmp_path,)) and "town" not in adapter_names()
    with pytest.raises(SettingsError, match="还没有写 adapter"):
        load_adapter("", (tmp_path,))
    with pytest.raises(SettingsError, match=r"没有适配器 village；现有：.*town"):
        load_adapter("village", (tmp_path,))


@pytest.mark.parametrize("wrong", ['tabels = "x"', '[tables.jg_xx]\ncolumn = ["a"]'])
def test_a_slip_of_the_pen_in_any_adapter_is_refused(tmp_path: Path, wrong: str) -> None:
    content: Any = load_adapter("sample").folder / "source.toml"
    text = content.read_text(encoding="utf-8")
    text = text.replace("[tables.jg_xx]\n", f"{wrong}\n", 1) if wrong.startswith("[") else f"{wrong}\n{text}"
    with pytest.raises(AdapterError, match=r"(tabels|column) 不是认识的键"):
        layer(tmp_path, "town", text)

"""Formats are data: editions, layers (national <- province <- site), and what each layer must say."""

import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from schemas.errors import SettingsError
from schemas.format import Format
from schemas.pack import COLUMN_HEAD, TABLE_HEAD, read_pack, write_pack
from schemas.registry import SHIPPED, format_ids, load_format, load_pack_folder
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, TO_STD, Exported, export_on, settings_for

HEAD = "table,column,attribute,value,reason,date\n"


def layer(root: Path, name: str, changes: str, level: str = "site", base: str = "nhsa/2024", signed: str = "") -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    facts = f'title = "{name}"\nbase = "{base}"\nlayer = "{level}"\n'
    (folder / "pack.toml").write_text(facts, encoding="utf-8")
    (folder / "changes.csv").write_text(HEAD + changes, encoding="utf-8")
    if signed:
        (folder / "signed.csv").write_text("table,column,kind,reason,signed_by,date\n" + signed, encoding="utf-8")
    return root


def test_a_pack_without_edition_is_its_newest(tmp_path: Path) -> None:
    assert load_format("nhsa").id == "nhsa/2024"
    layer(tmp_path, "site/2022", "")
    layer(tmp_path, "site/2023", "")
    assert load_format("site", roots=(tmp_path,)).id == "site/2023"


@pytest.mark.parametrize("identifier", format_ids())
def test_a_pack_written_and_read_back_is_the_same_format(identifier: str, tmp_path: Path) -> None:
    form = load_format(identifier)
    write_pack(form.pack, tmp_path / "pack")
    assert load_pack_folder(tmp_path / "pack", identifier) == form


def test_layers_merge_in_order_and_keep_every_difference(tmp_path: Path) -> None:
    width = "SETTLE_MZ,DOCTOR_NAME,length,60,全区医生姓名较长,2024-02-01\n"
    layer(tmp_path, "xinjiang/2024", width, "province")
    layer(
        tmp_path,
        "site/2024",
        "SETTLE_MZ,DOCTOR_NAME,length,80,本院另有外文姓名,2024-03-01\n,,delimiter,|,客户要求,2024-03-01\n",
    )
    form = load_format("nhsa/2024", ("xinjiang/2024", "site/2024"), (tmp_path,))
    assert form.table("SETTLE_MZ").column("DOCTOR_NAME").length == 80
    assert form.delimiter == "|"
    assert form.layers == ("nhsa/2024", "xinjiang/2024", "site/2024")
    assert [(one.layer, one.value, one.reason) for one in form.changes] == [
        ("xinjiang/2024", "60", "全区医生姓名较长"),
        ("site/2024", "80", "本院另有外文姓名"),
        ("site/2024", "|", "客户要求"),
    ]


def test_a_layer_names_its_base_and_is_a_format_by_itself(tmp_path: Path) -> None:
    layer(tmp_path, "xinjiang/2024", "SETTLE_MZ,MONTH,drop,,本区不要,2024-02-01\n", "province")
    layer(tmp_path, "site/2024", "SETTLE_MZ,YEAR,drop,,本院不要,2024-02-01\n", "site", "xinjiang/2024")
    names = {column.name for column in load_format("site/2024", roots=(tmp_path,)).table("SETTLE_MZ").columns}
    assert not names & {"YEAR", "MONTH"}


def test_a_province_cannot_be_laid_over_a_site(tmp_path: Path) -> None:
    layer(tmp_path, "xinjiang/2024", "", "province")
    layer(tmp_path, "site/2024", "")
    with pytest.raises(SettingsError, match="顺序"):
        load_format("nhsa/2024", ("site/2024", "xinjiang/2024"), (tmp_path,))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("SETTLE_MZ,DOCTOR_NAME,length,60,,2024-02-01\n", "reason"),
        ("SETTLE_MZ,DOCTOR_NAME,length,60,理由,\n", "date"),
        ("SETTLE_MZ,DOCTOR_NAME,length,60,理由,去年\n", "去年"),
        ("SETTLE_MZ,NOBODY,length,60,理由,2024-02-01\n", "没有这一列"),
        ("NO_TABLE,X,length,60,理由,2024-02-01\n", "没有这张表"),
        ("SETTLE_MZ,DOCTOR_NAME,colour,red,理由,2024-02-01\n", "colour"),
        ("SETTLE_MZ,DOCTOR_NAME,add,,理由,2024-02-01\n", "已存在"),
        (",,editor,vi,理由,2024-02-01\n", "editor"),
        ("SETTLE_MZ,DOCTOR_NAME,as,float,理由,2024-02-01\n", "decimal"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_chinese(tmp_path: Path, line: str, said: str) -> None:
    layer(tmp_path, "site/2024", line)
    with pytest.raises(SettingsError, match=said):
        load_format("site/2024", roots=(tmp_path,))


def test_layers_that_rest_on_each_other_are_refused(tmp_path: Path) -> None:
    layer(tmp_path, "a/1", "", base="b/1")
    layer(tmp_path, "b/1", "", base="a/1")
    with pytest.raises(SettingsError, match="互相引用"):
        load_format("a/1", roots=(tmp_path,))


def test_nothing_is_signed_without_a_name(tmp_path: Path) -> None:
    layer(tmp_path, "site/2024", "", signed="SETTLE_MZ,MONTH,column_missing,不再需要,,2024-05-01\n")
    with pytest.raises(SettingsError, match="signed_by"):
        load_format("site/2024", roots=(tmp_path,))


def under_layer(clean: Exported, folder: Path, changes: str) -> Exported:
    """The clean centre exported under a site's layer."""
    from flows.job import make_job

    settings = settings_for(folder, clean.job.source.location())
    layer(settings.formats, "site/2024", changes)
    job = make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings, ("site/2024",))
    return export_on(clean, folder, job, TO_STD)


@pytest.fixture(scope="module")
def overlaid(clean: Exported, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The clean centre under a site's layer: a column renamed, one added, one dropped."""
    changes = (
        "SETTLE_MZ,DOCTOR_NAME,emit_as,DOC_NAME,本院沿用旧名,2024-02-01\n"
        "SETTLE_MZ,TOTAL_AMOUNT,emit_as,TOTAL_FEE,本院沿用旧名,2024-02-01\n"
        "SETTLE_MZ,INSU_ADMDVS,add,settlement.insu_admdvs,医保局要求增加参保地,2024-02-01\n"
        "SETTLE_MZ,INSU_ADMDVS,label,参保地区划,医保局要求增加参保地,2024-02-01\n"
        "SETTLE_MZ,MONTH,drop,,本院不要,2024-02-01\n"
    )
    return under_layer(clean, tmp_path_factory.mktemp("overlaid"), changes)


def test_a_layer_renames_adds_and_drops_columns_of_the_package(overlaid: Exported, clean: Exported) -> None:
    path = overlaid.deliver / overlaid.delivery.resources("SETTLE_MZ")[0]["path"]
    header = path.read_text(encoding="utf-8").split("\n", 1)[0].split("|@|")
    assert "DOC_NAME" in header
    assert not {"DOCTOR_NAME", "MONTH"} & set(header)
    assert header[-1] == "INSU_ADMDVS"
    assert overlaid.published.ready
    before = clean.query("SELECT HISID, DOCTOR_NAME FROM SETTLE_MZ ORDER BY HISID")
    assert overlaid.query("SELECT HISID, DOC_NAME FROM SETTLE_MZ ORDER BY HISID") == before


def test_what_rests_on_a_renamed_column_follows_it(overlaid: Exported, clean: Exported) -> None:
    table = overlaid.job.form.table("SETTLE_MZ")
    assert "TOTAL_FEE" in table.money
    assert overlaid.job.form.accounts["settlement"]["SETTLE_MZ"] == "TOTAL_FEE"
    assert overlaid.official("V3").reason == clean.official("V3").reason
    totals = overlaid.delivery.manifest["feijian:totals"]["SETTLE_MZ"]["202401"]["sums"]["TOTAL_FEE"]
    assert totals == clean.delivery.manifest["feijian:totals"]["SETTLE_MZ"]["202401"]["sums"]["TOTAL_AMOUNT"]


def test_an_added_column_comes_from_the_row_that_drives_the_table(overlaid: Exported) -> None:
    std = overlaid.run.part("std") / "settlement.parquet"
    with duckdb.connect() as database:
        truth = database.execute(f"SELECT setl_id, insu_admdvs FROM '{std}' WHERE mz_zy = 'MZ'").fetchall()
    found = overlaid.query("SELECT HISID, INSU_ADMDVS FROM SETTLE_MZ")
    assert set(found) <= {(setl, value or None) for setl, value in truth}
    assert any(value for _, value in found)


def test_a_column_from_somewhere_else_needs_a_sql_file_of_the_layer(clean: Exported, tmp_path: Path) -> None:
    from exports.assembly import assembly_select, prepare_assembly
    from flows.steps.conform import set_window, std_view
    from schemas.std import MODELS

    layer(tmp_path, "site/2024", "SETTLE_MZ,CATY,add,department.caty,要求,2024-02-01\n")
    form = load_format("site/2024", roots=(tmp_path,))
    with duckdb.connect() as database:
        set_window(database, clean.job.window)
        for name in MODELS:
            std_view(database, clean.run.part("std"), name)
        prepare_assembly(database, form)
        with pytest.raises(SettingsError, match=r"SETTLE_MZ\.sql"):
            assembly_select(database, form, form.table("SETTLE_MZ"))


def test_what_the_layers_changed_is_printed_in_the_acceptance_report(overlaid: Exported) -> None:
    report = (overlaid.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    assert "| site/2024 | SETTLE_MZ | INSU_ADMDVS |" in report
    assert "医保局要求增加参保地" in report


def test_the_package_carries_its_own_format(overlaid: Exported) -> None:
    form: Format = load_pack_folder(overlaid.deliver / "format", overlaid.job.form.id)
    assert replace(form, pack=overlaid.job.form.pack) == overlaid.job.form


def test_rows_of_a_table_that_a_layer_drops_stand_in_the_ledger_under_its_name(clean: Exported, tmp_path: Path) -> None:
    from exports.acceptance.package import format_of
    from flows.steps.account import account
    from flows.steps.extract import load_extracted

    dropped = "SETTLE_ZY,,drop,,本院没有住院,2024-02-01\nHIS_VS_YB_DELIVER,,drop,,本院不要,2024-02-01\n"
    exported = under_layer(clean, tmp_path, dropped)
    assert exported.published.ready
    assert not list((exported.deliver / "data").glob("*_SETTLE_ZY_2*"))
    words = "格式层 site/2024 去掉了表 "
    ledger = json.loads((exported.deliver / "reports" / "acceptance.json").read_text(encoding="utf-8"))["ledger"]
    lines = {line["title"]: line for line in ledger}
    (rows, yuan), *_ = clean.query('SELECT count(*), sum("TOTAL_AMOUNT") FROM SETTLE_ZY')
    assert f"{words}SETTLE_ZY：{rows} 行 {yuan:.2f} 元" in lines["结算"]["excluded"]
    (moved,), *_ = clean.query("SELECT count(*) FROM HIS_VS_YB_DELIVER")
    assert f"{words}HIS_VS_YB_DELIVER：{moved} 行" in lines["出入库"]["excluded"]
    assert all(line["remainder"].startswith("0 行") for line in ledger)
    form = format_of(exported.deliver, exported.delivery.manifest)
    assert [one.layer for one in form.dropped] == ["site/2024", "site/2024"]

    path = exported.run.part("out") / "SETTLE_MZ.parquet"
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE t AS FROM read_parquet('{path}') OFFSET 1")
        database.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    extracted = load_extracted(exported.run.part("raw"))
    raw, std, out = (exported.run.part(name) for name in ("raw", "std", "out"))
    found = account(exported.job, extracted, raw, std, out, tmp_path)
    assert {one.table: one.whole.remainder.rows for one in found}["settlement"] == 1


def test_the_shipped_packs_say_where_they_come_from() -> None:
    for identifier in format_ids():
        form = load_format(identifier)
        assert form.title and form.source


def test_every_file_fact_and_column_of_a_pack_is_documented() -> None:
    text = (SHIPPED / "README.md").read_text(encoding="utf-8")
    facts = {name for identifier in format_ids() for name in read_pack(SHIPPED / identifier, identifier).facts}
    files = {path.name for path in SHIPPED.glob("*/*/*")} | {"changes.csv", "signed.csv", "profile.json", "learnt.json"}
    names = {*facts, *COLUMN_HEAD, *TABLE_HEAD, *files, "base", "layers", "base_format"}
    assert not sorted(name for name in names if not re.search(rf"[`\[]{re.escape(name)}[`\]]", text))

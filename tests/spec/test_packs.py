"""The files of a pack come from people and from Excel: what is read as it is meant, and what is refused in Chinese."""

import json
from datetime import date
from pathlib import Path

import pytest

from flows.cli import main
from schemas.errors import SettingsError
from schemas.format import Format
from schemas.pack import write_pack
from schemas.reference import read_date
from schemas.registry import load_format
from tests.spec.test_layers import HEAD, layer

NHSA = load_format("nhsa/2024")


def test_changes_and_signatures_may_be_saved_by_a_chinese_excel(tmp_path: Path) -> None:
    layer(tmp_path, "site/2024", "")
    changes = HEAD + "SETTLE_MZ,DOCTOR_NAME,length,60,全区医生姓名较长,2024/2/1\n"
    signed = "table,column,kind,reason,signed_by,date\nSETTLE_MZ,MONTH,column_missing,不再需要,王主任,2024/5/31\n"
    (tmp_path / "site/2024/changes.csv").write_bytes(changes.encode("gb18030"))
    (tmp_path / "site/2024/signed.csv").write_bytes(signed.encode("gb18030"))
    form = load_format("site/2024", roots=(tmp_path,))
    assert [(one.reason, one.date) for one in form.changes] == [("全区医生姓名较长", "2024-02-01")]
    assert [(one.signed_by, one.date) for one in form.signatures] == [("王主任", "2024-05-31")]


@pytest.mark.parametrize("text", ["2024-01-05", "2024-1-5", "2024/01/05", "2024/1/5", " 2024/1/5 "])
def test_a_day_is_read_with_strokes_or_slashes_padded_or_not(text: str) -> None:
    assert read_date(text) == date(2024, 1, 5)


@pytest.mark.parametrize("text", ["", "去年", "2024/1-5", "2024-02-30", "5/1/2024", "20240105", "２０２４-1-5"])
def test_what_is_no_day_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError):
        read_date(text)


def copied(root: Path, name: str, *edits: tuple[str, str, str]) -> Path:
    """A copy of the national list under `root`, with texts of its files replaced."""
    write_pack(NHSA.pack, root / name)
    for file, old, new in edits:
        path = root / name / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return root


def laid_over(root: Path, *changes: str) -> Format:
    """The national list under a layer with these changes."""
    layer(root, "site/2024", "".join(f"{change},本院要求,2024-02-01\n" for change in changes))
    return load_format("site/2024", roots=(root,))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["SETTLE_MZ,DOCTOR_NAME,emit_as,HISID"], "site/2024 .*DOCTOR_NAME emit_as.*已有列 HISID"),
        (["SETTLE_MZ,DOCTOR_NAME,emit_as,hisid"], "已有列 hisid"),
        (["SETTLE_MZ,,date_field,NOBODY"], "表 SETTLE_MZ 的 date_field 写的是 NOBODY"),
        (["SETTLE_MZ,,key,HISID|NOBODY"], "表 SETTLE_MZ 的 key 写的是 NOBODY"),
        (["SETTLE_MZ,,money,NOBODY"], "表 SETTLE_MZ 的 money 写的是 NOBODY"),
        (["SETTLE_MZ,,split_field,NOBODY"], "表 SETTLE_MZ 的 split_field 写的是 NOBODY"),
        (["SETTLE_MZ,,split_field,"], "split 是 month，但没有写明 split_field"),
        (["SETTLE_MZ,HISID,drop,"], "没有这一列|指明的列不存在"),
        (["SETTLE_MZ,DOCTOR_NAME,required_when,NOBODY=1"], "列 SETTLE_MZ.DOCTOR_NAME 的 required_when 问到 NOBODY"),
        (["SETTLE_MZ,DOCTOR_NAME,required_when,=="], "列 SETTLE_MZ.DOCTOR_NAME 的 required_when 有误"),
        (["SETTLE_MZ,DOCTOR_NAME,required,sometimes"], "列 SETTLE_MZ.DOCTOR_NAME 的 required 应为 always"),
        (["SETTLE_MZ,,split,week"], "表 SETTLE_MZ 的 split 应为 none"),
        (["SETTLE_MZ,,group,maybe"], "表 SETTLE_MZ 的 group 应为 must"),
        (["SETTLE_MZ,DOCTOR_NAME,seq,first"], "列 SETTLE_MZ.DOCTOR_NAME 的 seq 应是整数"),
        (["SETTLE_MZ,DOCTOR_NAME,as,decimal"], "列 SETTLE_MZ.DOCTOR_NAME 的 as 是 decimal"),
        ([",,delimiter,"], "delimiter 不能为空"),
    ],
)
def test_a_change_that_would_break_the_export_later_is_refused_at_once(
    tmp_path: Path, changes: list[str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        laid_over(tmp_path, *changes)


def test_a_condition_may_ask_for_a_helper_column_of_the_sql(tmp_path: Path) -> None:
    form = laid_over(tmp_path, "SETTLE_MZ,DOCTOR_NAME,required_when,_insured=1")
    assert form.table("SETTLE_MZ").column("DOCTOR_NAME").condition_words == "医保结算"


def test_a_column_may_be_renamed_to_anything_and_its_conditions_follow(tmp_path: Path) -> None:
    rename, back = "SETTLE_MZ,REFUND_FLAG_TYPE,emit_as,冲红", "SETTLE_MZ,冲红,emit_as,"
    asking = "SETTLE_MZ,DOCTOR_NAME,required_when,REFUND_FLAG_TYPE=REFUND_FLAG_TYPE"
    column = laid_over(tmp_path / "a", asking, rename).table("SETTLE_MZ").column("DOCTOR_NAME")
    assert column.condition is not None and column.condition.text == "冲红=REFUND_FLAG_TYPE"
    column = laid_over(tmp_path / "b", asking, rename, back).table("SETTLE_MZ").column("DOCTOR_NAME")
    assert column.condition is not None and column.condition.fields == ("REFUND_FLAG_TYPE",)
    odd = laid_over(tmp_path / "c", r"SETTLE_MZ,DOCTOR_NAME,emit_as,DOC\1NAME").table("SETTLE_MZ")
    assert odd.column(r"DOC\1NAME").field == "DOCTOR_NAME"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("tables.csv", "SETTLE_ZY,", "SETTLE_XX,", "表 SETTLE_ZY 有列"),
        ("pack.toml", 'refund = "REFUND_FLAG_TYPE"', 'refund = "NOBODY"', "SETTLE_MZ.NOBODY"),
        ("pack.toml", 'SETTLE_MZ = "TOTAL_AMOUNT"', 'SETTLE_MZ = "NOBODY"', r"\[accounts\].*SETTLE_MZ.NOBODY"),
        ("pack.toml", 'SETTLE_MZ = "TOTAL_AMOUNT"', 'NO_TABLE = "TOTAL_AMOUNT"', r"\[accounts\].*NO_TABLE"),
        ("pack.toml", 'main = "SETTLE_MZ"', 'main = "NO_TABLE"', r"\[\[pairs\]\].*NO_TABLE"),
    ],
)
def test_a_pack_that_names_what_it_does_not_have_is_refused(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=f"bad/1.*{said}"):
        load_format("bad/1", roots=(copied(tmp_path, "bad/1", (file, old, new)),))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("columns.csv", ",field,", ",name,", "columns.csv 的表头缺少 field"),
        ("tables.csv", ",group,", ",gruppe,", "tables.csv 的表头缺少 group"),
        ("maps.csv", ",value", ",wert", "maps.csv 的表头缺少 value"),
        ("pack.toml", 'delimiter = "|@|"', "delimiter = 5", "delimiter 写法有误"),
        ("pack.toml", 'title = "', 'heading = "', "缺少 title"),
        ("pack.toml", 'layer = "national"', 'layer = "county"', "layer 写法有误"),
        ("pack.toml", "joiner", 'files = "csv"\njoiner', "files 写法有误"),
        ("pack.toml", "joiner", 'files = ["doc"]\njoiner', "files 写法有误"),
        ("pack.toml", "joiner", 'sheet_head = ["name"]\njoiner', "sheet_head 写法有误"),
        ("pack.toml", "joiner", 'forbidden = ["|"]\njoiner', "forbidden 写法有误"),
        ("pack.toml", "joiner", "dropped = 1\njoiner", "dropped 写法有误"),
        ("pack.toml", 'word = "门诊"', "word = 1", "pairs 写法有误"),
        ("pack.toml", 'word = "门诊"', 'words = "门诊"', "pairs 写法有误"),
    ],
)
def test_an_odd_pack_file_is_refused_in_chinese(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_format("bad/1", roots=(copied(tmp_path, "bad/1", (file, old, new)),))


@pytest.mark.parametrize(
    "line", ['pairs = ["a"]', 'accounts = "x"', "accounts = { settlement = 1 }", "conditions = []"]
)
def test_a_fact_of_another_shape_is_refused_in_a_layer_too(tmp_path: Path, line: str) -> None:
    layer(tmp_path, "site/2024", "")
    facts = tmp_path / "site/2024/pack.toml"
    facts.write_text(f"{facts.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"{line.split()[0]} 写法有误"):
        load_format("site/2024", roots=(tmp_path,))


def test_one_bad_pack_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    layer(copied(tmp_path / "formats", "bad/1", ("columns.csv", ",field,", ",name,")), "site/2024", "")
    assert main(["format", "list"]) == 2
    lines = {line.split()[0].split("不")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "不能使用" in lines["bad/1"] and "field" in lines["bad/1"]
    assert "16 张表" in lines["nhsa/2024"] and "16 张表" in lines["site/2024"]
    assert main(["format", "list", "--json"]) == 2
    records = {one["id"]: one for one in json.loads(capsys.readouterr().out)["formats"]}
    assert "field" in records["bad/1"]["error"] and records["site/2024"]["tables"] == 16


@pytest.mark.parametrize("charset", ["gb18030", "GBK", ""])
def test_a_layer_cannot_ask_for_another_charset_than_utf_8(tmp_path: Path, charset: str) -> None:
    with pytest.raises(SettingsError, match=r"site/2024.*UTF-8.*交接说明"):
        laid_over(tmp_path, f",,charset,{charset}")


def test_a_learnt_charset_is_kept_for_the_comparison_and_not_written(tmp_path: Path) -> None:
    assert laid_over(tmp_path, ",,charset,UTF-8").written_charset == "utf-8"
    root = copied(tmp_path, "learnt/2023", ("pack.toml", 'charset = "utf-8"', 'charset = "gb18030"'))
    form = load_format("learnt/2023", roots=(root,))
    assert (form.charset, form.written_charset) == ("gb18030", "utf-8")


def test_a_dropped_table_leaves_accounts_and_pairs(tmp_path: Path) -> None:
    form = laid_over(tmp_path, "SETTLE_ZY,,drop,")
    assert form.accounts["settlement"] == {"SETTLE_MZ": "TOTAL_AMOUNT"}
    assert [pair.word for pair in form.pairs] == ["门诊"]
    assert [(one.layer, one.accounts, one.table.sql) for one in form.dropped] == [
        ("site/2024", ("settlement",), "SETTLE_ZY")
    ]


def test_one_table_of_settlements_must_stay(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"site/2024.*SETTLE_MZ.*至少要保留一张"):
        laid_over(tmp_path, "SETTLE_ZY,,drop,", "SETTLE_MZ,,drop,")


def test_a_table_that_the_ledger_follows_is_not_dropped_and_added_again(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"SETTLE_ZY.*已被下层去掉"):
        laid_over(tmp_path, "SETTLE_ZY,,drop,", "SETTLE_ZY,,add,住院结算主单")

"""The other formats that ship: the audit tool's Chinese templates and the older national vocabulary."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports.acceptance.loadback import load_postgresql
from exports.assembly import has_sql, leave_out, sql_path
from exports.readers.certificate import certify
from flows.sources.connection import local_path
from flows.steps.conform import std_view
from schemas.errors import SettingsError
from schemas.reference import REFERENCE
from schemas.registry import load_format
from schemas.result import Outcome
from schemas.std import MODELS, std_table
from tests.house import FORM, Exported, mysql_database, postgresql_database
from tests.spec.conftest import AWKWARD

AUDIT, LEGACY = load_format("audit-cn/2026"), load_format("nhsa/legacy")
SIDES = (("OTP_VISIT", "OTP_FEE", "mz_jsb", "MZ"), ("IPT_VISIT", "IPT_FEE", "zy_jsb", "ZY"))


def ask(exported: Exported, sql: str) -> list[tuple[Any, ...]]:
    """Ask the hospital's own database."""
    with closing(sqlite3.connect(local_path(exported.job.source.location()))) as database:
        return database.execute(sql).fetchall()


def report(exported: Exported) -> dict[str, Any]:
    text = (exported.deliver / "reports" / "acceptance.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def std(exported: Exported, sql: str) -> list[tuple[Any, ...]]:
    """Ask the std tables of the run."""
    with duckdb.connect() as database:
        for path in exported.run.part("std").glob("*.parquet"):
            database.execute(f"CREATE VIEW {path.stem} AS FROM read_parquet('{path}')")
        return database.execute(sql).fetchall()


@pytest.mark.parametrize("form", [AUDIT, LEGACY], ids=lambda form: form.id)
def test_every_std_field_that_a_format_names_exists(form: Any) -> None:
    assert form.std_fields <= {f"{name}.{column.name}" for name in MODELS for column in std_table(name).columns}


@pytest.mark.parametrize("form", [AUDIT, LEGACY], ids=lambda form: form.id)
def test_a_format_names_only_columns_that_it_has(form: Any) -> None:
    for table in form.tables:
        names = {column.name for column in table.columns}
        assert len(names) == len(table.columns)
        assert {*table.key, *table.money, table.date_field, table.split_field} - {None} <= names
    known = {(column.table, column.name) for table in form.tables for column in table.columns}
    for erratum in form.errata:
        named = {(table, field) for table in erratum.table.split("|") for field in erratum.field.split("|")}
        assert {pair for pair in named if all(pair)} <= known


@pytest.mark.parametrize("form", [AUDIT, LEGACY], ids=lambda form: form.id)
def test_every_map_of_a_format_is_used_and_every_map_exists(form: Any) -> None:
    sql = "".join(sql_path(table).read_text(encoding="utf-8") for table in form.tables if has_sql(table))
    assert set(re.findall(r"\brecode_(\w+)\(", sql)) == set(form.maps)
    assert set(re.findall(r"\blabel_(\w+)\(", sql)) <= {path.stem for path in (REFERENCE / "codes").glob("*.csv")}


@pytest.mark.parametrize("form", [AUDIT, LEGACY], ids=lambda form: form.id)
def test_the_glossary_explains_its_tables_and_latin_columns(form: Any) -> None:
    glossary = (REFERENCE / "glossary.md").read_text(encoding="utf-8")
    names = {table.name for table in form.tables}
    names |= {
        c.name for t in form.tables for c in t.columns if c.name.isascii() and not re.search(r"OTHER\d+$", c.name)
    }
    assert not {name for name in names if f"`{name}`" not in glossary}


def test_the_audit_tool_has_nineteen_templates_of_which_four_must_be_given() -> None:
    assert len(AUDIT.tables) == 19
    assert [table.title for table in AUDIT.tables if table.mandatory] == [
        "2.1 门诊就医", "2.2 门诊结算", "3.1 住院就医", "3.2 住院结算",
    ]  # fmt: skip
    unfilled = [table.title.split(" ")[1] for table in AUDIT.tables if not has_sql(table)]
    assert unfilled == ["住院医嘱", "检查登记", "检查报告", "化验登记", "化验报告"]


def test_an_audit_package_is_ready_and_says_what_was_not_checked(audit: Exported) -> None:
    assert audit.published.exit_code == 0, audit.published.sentence
    outcomes = {result.id: result.outcome for result in audit.published.official}
    unverified = {number for number, outcome in outcomes.items() if outcome is Outcome.NOT_VERIFIED}
    assert unverified == {"V11", "V12"}
    assert outcomes["V9"] is Outcome.NOT_APPLICABLE
    assert "明细没有结算日期列" in audit.official("V7").reason
    assert {outcomes[f"V{number}"] for number in (1, 2, 3, 4, 5, 6, 7, 8, 10)} == {Outcome.PASSED}


def test_chinese_columns_load_back_into_postgresql(audit: Exported) -> None:
    with postgresql_database() as url, duckdb.connect() as database:
        audit.delivery.open_views(database)
        loaded = load_postgresql(audit.delivery, url, database)
    assert (loaded.problems, loaded.unavailable) == ((), "")
    assert loaded.sums["OTP_VISIT"]["医疗金额"] == audit.query("SELECT sum(医疗金额) FROM OTP_VISIT")[0][0]


@pytest.mark.parametrize("form", ["audit", "legacy"])
def test_careless_readers_get_the_whole_package_with_its_own_delimiter(
    form: str, request: pytest.FixtureRequest
) -> None:
    exported: Exported = request.getfixturevalue(form)
    with mysql_database() as url, duckdb.connect() as database:
        exported.delivery.open_views(database)
        results = certify(exported.delivery, database, None, url).results()
    assert {result.id: result.reason for result in results if result.blocks} == {}
    outcomes = {result.id.removeprefix("reader."): result.outcome for result in results}
    assert {outcomes[name] for name in ("quotes_ignored", "plain_split", "mariadb")} == {Outcome.PASSED}


@pytest.mark.parametrize(("visit", "fee", "table", "side"), SIDES)
def test_reversals_and_what_they_take_back_are_out_with_their_lines(
    audit: Exported, visit: str, fee: str, table: str, side: str
) -> None:
    pairs = ask(audit, f"SELECT jsid, yjsid FROM {table} WHERE tfbz = '1' AND jszt = '1'")
    out = {f"{side}{number}" for pair in pairs for number in pair}
    period = f"jssj >= '2024-01-01' AND jssj < '2025-01-01' AND jszt = '1' AND jgdm = '{audit.job.org}'"
    paid = {f"{side}{number}" for (number,) in ask(audit, f"SELECT jsid FROM {table} WHERE {period}")}
    assert len(out & paid) >= 2
    assert {number for (number,) in audit.query(f"SELECT 结算流水号 FROM {visit}")} == paid - out
    assert {number for (number,) in audit.query(f"SELECT 结算流水号 FROM {fee}")} == paid - out


def test_a_reversal_of_a_bill_from_before_the_period_is_out_and_its_original_is_outside(audit: Exported) -> None:
    [line] = [line for line in report(audit)["ledger"] if line["title"] == "结算"]
    assert line["outside"].startswith("1 行")
    [(reversals,)] = ask(audit, "SELECT sum(n) FROM (SELECT count(*) AS n FROM mz_jsb WHERE tfbz = '1' UNION ALL"
                                " SELECT count(*) FROM zy_jsb WHERE tfbz = '1')")  # fmt: skip
    assert f"冲红（退费）的结算及其明细：{reversals} 行" in line["excluded"]
    assert f"被冲红的原结算及其明细：{reversals - 1} 行" in line["excluded"]


def test_what_the_format_leaves_out_is_counted_and_the_ledger_closes(audit: Exported) -> None:
    for line in report(audit)["ledger"]:
        assert line["remainder"].split(" ")[0] == "0"
    [lines] = [line for line in report(audit)["ledger"] if line["title"] == "费用明细"]
    assert "本格式不列：冲红（退费）的结算及其明细" in lines["excluded"]
    assert "已作废的记录" in lines["excluded"]


def test_no_value_holds_a_character_that_the_templates_forbid(audit: Exported) -> None:
    for table in audit.delivery.tables():
        texts = [f'"{column.name}"' for column in table.columns if column.kind == "text"]
        found = audit.query(
            f"SELECT 1 FROM {table.name} WHERE regexp_matches(concat_ws('', {', '.join(texts)}), '[,|; \\t]')"
        )
        assert found == []
    names = {
        name for (name,) in audit.query("SELECT 项目名称 FROM OTP_FEE UNION SELECT 药品名称 FROM OTP_PRESCRIPTION")
    }
    assert AWKWARD not in names
    assert "某药，甲；乙｜丙丁" in names


def test_what_was_replaced_is_counted_and_said(audit: Exported) -> None:
    counted = {(one["table"], one["column"]): one["values"] for one in report(audit)["replaced"]}
    forbidden = '[,|;"\\x00-\\x20]'
    delivered = f"read_parquet('{audit.run.part('out') / 'OTP_FEE.parquet'}')"
    [(values,)] = std(
        audit,
        f"SELECT count(*) FROM fee_line SEMI JOIN {delivered} USING (_row)"
        f" WHERE regexp_matches(medins_list_name, '{forbidden}')",
    )
    assert counted["OTP_FEE", "项目名称"] == values > 0
    text = (audit.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    assert "格式不许值中出现的：“,”改为“，”" in text and "“空格”去掉" in text


def test_several_diagnoses_are_joined_by_a_hash(audit: Exported) -> None:
    [(most,)] = audit.query(
        "SELECT max(len(string_split(次要诊断组合, '#'))) FROM (SELECT 次要诊断组合 FROM OTP_VISIT UNION ALL"
        " SELECT 次要诊断组合 FROM IPT_VISIT)"
    )
    assert most >= 2
    assert audit.query("SELECT count(*) FROM OTP_VISIT WHERE 疾病编码ICD IS NULL") == [(0,)]


STORES = (
    ("STORE_MOVEMENT", "STORE_BALANCE", "药库", "一级库"),
    ("PHARMACY_MOVEMENT", "PHARMACY_BALANCE", "药房", "二级库"),
)


@pytest.mark.parametrize(("movement", "balance", "word", "level"), STORES)
def test_movements_are_signed_and_carry_the_stock_from_month_to_month(
    audit: Exported, movement: str, balance: str, word: str, level: str
) -> None:
    assert audit.query(f"SELECT count(*) FROM {balance} WHERE 上期结存数 + 本期收入数 - 本期支出数 <> 本期结存数") == [
        (0,)
    ]
    assert audit.query(f"SELECT min(sign(出入库数量)), max(sign(出入库数量)) FROM {movement}") == [(-1, 1)]
    differing = audit.query(
        f"SELECT * FROM (SELECT {word}名称, 项目代码, strftime(业务日期, '%Y%m') AS 年月, sum(出入库数量) AS moved"
        f" FROM {movement} GROUP BY ALL) FULL JOIN {balance} USING ({word}名称, 项目代码, 年月)"
        " WHERE coalesce(moved, 0) <> 本期收入数 - 本期支出数"
    )
    assert differing == []
    carried = audit.query(
        f"SELECT 年月, 项目代码, {word}名称, 本期结存数 FROM {balance} WHERE 本期结存数 <> 0 ORDER BY ALL"
    )
    counted = std(
        audit,
        "SELECT strftime(invdate, '%Y%m'), fixmedins_hilist_id, inv_name, sum(inv_cnt) FROM stock_balance"
        f" JOIN warehouse USING (inv_codg) WHERE inv_lv = '{level}' AND invdate >= '2024-01-01'"
        " GROUP BY ALL HAVING sum(inv_cnt) <> 0 ORDER BY ALL",
    )
    assert carried == counted


def test_kinds_of_movement_are_those_of_the_templates(audit: Exported) -> None:
    for movement in ("STORE_MOVEMENT", "PHARMACY_MOVEMENT"):
        kinds = {kind for (kind,) in audit.query(f"SELECT DISTINCT 出入库类型 FROM {movement}")}
        assert kinds <= set(AUDIT.table(movement).column("出入库类型").codes)
        assert "物资采购" in kinds or "门诊销售" in kinds


def test_the_old_vocabulary_has_none_of_what_is_new_in_2024() -> None:
    assert [table.name for table in LEGACY.tables] == ["SETTLE_ZY", "SETTLE_ZY_DETAIL", "SETTLE_MZ", "SETTLE_MZ_DETAIL"]
    names = {column.name for table in LEGACY.tables for column in table.columns}
    assert not names & {
        "REFUND_FLAG_TYPE", "REFUND_HISID", "MEDICAL_INSURANCE_FLAG", "HOSPITAL_AREA", "BILLING_TIME", "BRIDGE_ID",
        "SOCIAL_ID",
    }  # fmt: skip
    details = {c.name for t in LEGACY.tables if t.name.endswith("_DETAIL") for c in t.columns}
    assert "ID_CARD" not in details


@pytest.mark.parametrize(
    ("old", "table", "new"),
    [
        ("SOCIAL_CARD_ID", "SETTLE_ZY", "SOCIAL_ID"),
        ("MEDICAL_RECORD_ID", "SETTLE_ZY", "BRIDGE_ID"),
        ("DISCHARGE_DISEASE_ID_MAIN", "SETTLE_ZY_DIAGNOSIS", "DISCHARGE_DISEASE_ID_MAIN"),
        ("DISCHARGE_DISEASE_NAME_OTHER15", "SETTLE_ZY_DIAGNOSIS", "DISCHARGE_DISEASE_NAME_OTHER15"),
    ],
)
def test_an_old_name_has_the_std_field_of_the_new_one(old: str, table: str, new: str) -> None:
    assert LEGACY.table("SETTLE_ZY").column(old).std_field == FORM.table(table).column(new).std_field


def test_a_legacy_package_is_ready_and_says_what_it_cannot_tell(legacy: Exported) -> None:
    assert legacy.published.exit_code == 0, legacy.published.sentence
    assert legacy.official("V9").outcome is Outcome.NOT_VERIFIED
    assert "没有退费标志列" in legacy.official("V9").reason
    assert legacy.official("V12").outcome is Outcome.NOT_VERIFIED
    assert "没有医保结算标志列" in legacy.official("V12").reason
    assert legacy.official("V7").outcome is Outcome.PASSED


def test_refunds_stay_in_the_old_vocabulary_as_negative_rows(legacy: Exported) -> None:
    assert legacy.query("SELECT count(*) FROM SETTLE_MZ WHERE TOTAL_AMOUNT < 0")[0][0] > 0
    assert all("本格式不列" not in line["excluded"] for line in report(legacy)["ledger"])


@pytest.mark.parametrize("side", ["MZ", "ZY"])
def test_fees_by_kind_add_up_to_the_lines(legacy: Exported, side: str) -> None:
    kinds = [c.name for c in LEGACY.table(f"SETTLE_{side}").columns if c.name.endswith("_FEE")]
    assert len(kinds) == 13
    differing = legacy.query(
        f"SELECT HISID FROM SETTLE_{side} JOIN (SELECT HISID, sum(COST) AS cost FROM SETTLE_{side}_DETAIL GROUP BY 1)"
        f" USING (HISID) WHERE {' + '.join(kinds)} <> cost"
    )
    assert differing == []
    [(medicine, lines)] = legacy.query(
        f"SELECT sum(WESTERN_MEDICINE_FEE), (SELECT sum(COST) FROM SETTLE_{side}_DETAIL WHERE P_CATEGORY = '西药费')"
        f" FROM SETTLE_{side}"
    )
    assert medicine == lines > 0


def test_diagnoses_and_funds_stand_in_the_old_main_sheet(legacy: Exported) -> None:
    assert legacy.query("SELECT count(*) FROM SETTLE_ZY WHERE DISCHARGE_DISEASE_ID_MAIN IS NULL") == [(0,)]
    paid = std(
        legacy,
        "SELECT sum(hifmi_pay), sum(maf_pay), sum(cvlserv_pay) FROM settlement"
        " WHERE mz_zy = 'ZY' AND _excluded IS NULL AND setl_time >= '2024-01-01' AND setl_time < '2025-01-01'",
    )
    assert legacy.query("SELECT sum(DBBX), sum(YLJZ), sum(GWYBZ) FROM SETTLE_ZY") == paid
    assert {year for (year,) in legacy.query("SELECT DISTINCT YEAR FROM SETTLE_ZY")} == {"2024"}


def test_what_std_cannot_give_stays_empty_and_is_said(legacy: Exported) -> None:
    assert legacy.query("SELECT count(PATIENT_ADDRESS), count(DRGS_CODE) FROM SETTLE_ZY") == [(0, 0)]
    text = (legacy.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    assert "工作单位、地址、支付方式留空" in text


def test_data_of_both_formats_lie_in_one_file_per_month_or_in_one(audit: Exported, legacy: Exported) -> None:
    months = [record["feijian:label"] for record in audit.delivery.resources("OTP_VISIT")]
    assert months == [f"2024{month:02d}" for month in range(1, 13)]
    assert [Path(record["path"]).name for record in audit.delivery.resources("OTP_FEE")] == [
        f"{audit.job.org}_OTP_FEE_20240101-20241231_p01.csv"
    ]
    assert len(legacy.delivery.resources("SETTLE_ZY_DETAIL")) == 12


def test_a_format_with_exclusions_needs_their_sql(tmp_path: Path) -> None:
    pack = replace(AUDIT.pack, facts={**AUDIT.pack.facts, "sql": "nowhere"})
    with duckdb.connect() as database, pytest.raises(SettingsError, match=r"_excluded\.sql"):
        leave_out(database, replace(AUDIT, pack=pack), tmp_path)


def test_rows_are_left_out_by_named_rules_only(audit: Exported, tmp_path: Path) -> None:
    pack = replace(AUDIT.pack, facts={**AUDIT.pack.facts, "exclusions": {"reversal": "冲红"}})
    with duckdb.connect() as database:
        for name in ("settlement", "fee_line"):
            std_view(database, audit.run.part("std"), name)
        with pytest.raises(SettingsError, match="没有的规则：reversed"):
            leave_out(database, replace(AUDIT, pack=pack), tmp_path)

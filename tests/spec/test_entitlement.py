"""One export per institution and year of the contract; a second is a correction, has a reason, or is refused."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from exports.seal.edition import Corrected
from flows.cli import main
from flows.contract_commands import lines_of
from flows.entitlement import ask_for, decide
from flows.job import Job, make_job
from flows.settings import load_settings
from flows.use_ledger import Kind, Use, append_use, read_uses
from schemas.contract import Basis, Contract, contract_of, reminder_of
from schemas.errors import EntitlementError, PackageError, SettingsError, StoreError
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, settings_for
from tests.rights import DAY, PACKAGE, TOML, a_contract, a_use, configure


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job of the demo institution under its contract; its source is never read."""
    settings = settings_for(tmp_path_factory.mktemp("plain"), "sqlite:///none.sqlite")
    settings = replace(settings, contracts=(a_contract(),))
    return make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings, day=DAY)


def under(job: Job, *contracts: Contract, **changes: object) -> Job:
    return replace(job, settings=replace(job.settings, contracts=contracts), **changes)  # type: ignore[arg-type]


# The contract and its years


def test_the_service_year_of_the_contract_has_both_days() -> None:
    [year] = a_contract().years
    assert (year.number, year.first, year.last) == (1, date(2024, 11, 6), date(2025, 11, 5))
    assert a_contract().year_of(date(2024, 11, 6)) == a_contract().year_of(date(2025, 11, 5)) == year
    assert a_contract().year_of(date(2024, 11, 5)) is a_contract().year_of(date(2025, 11, 6)) is None


def test_a_longer_contract_has_a_right_each_year_and_the_last_year_ends_with_the_term() -> None:
    days = [(year.first, year.last) for year in a_contract(last=date(2027, 1, 31)).years]
    assert days[1:] == [(date(2025, 11, 6), date(2026, 11, 5)), (date(2026, 11, 6), date(2027, 1, 31))]


def test_a_year_from_29_february_is_never_a_day_short() -> None:
    years = a_contract(first=date(2024, 2, 29), last=date(2028, 3, 1)).years
    assert [year.first for year in years] == [
        date(2024, 2, 29),
        *(date(y, 3, 1) for y in (2025, 2026, 2027)),
        date(2028, 2, 29),
    ]
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(years))


def test_a_calendar_year_is_not_cut_to_the_term() -> None:
    year = a_contract(basis=Basis.CALENDAR).year_of(DAY)
    assert year is not None
    assert (year.number, year.first, year.last) == (2025, date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("last", "reminder"),
    [
        (date(2025, 11, 5), date(2025, 10, 5)),
        (date(2025, 3, 31), date(2025, 2, 28)),
        (date(2026, 1, 15), date(2025, 12, 15)),
    ],
)
def test_the_customer_is_reminded_one_month_before_the_end(last: date, reminder: date) -> None:
    contract = a_contract(last=last)
    assert contract.reminder == reminder
    assert reminder_of(contract, (contract,), reminder - timedelta(days=1)) is None
    assert str(reminder) in (reminder_of(contract, (contract,), reminder) or "")


def test_a_contract_that_is_past_is_spoken_of_until_it_is_renewed() -> None:
    old, day = a_contract(institutions=("H1", "H2")), date(2025, 12, 1)
    new = a_contract("HT2025-01", ("H1",), first=date(2025, 11, 6), last=date(2026, 11, 5))
    assert "已于 2025-11-05 到期" in (reminder_of(old, (old, new), day) or "")
    assert reminder_of(old, (old, replace(new, institutions=("H1", "H2"))), day) is None


def test_contracts_stand_in_feijian_toml(tmp_path: Path) -> None:
    [contract] = load_settings(configure(tmp_path, TOML)).contracts
    assert contract == a_contract(institutions=("H65040200001",))


def test_the_sample_that_init_writes_can_be_read_once_its_marks_are_taken_away(
    workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init"]) == 0
    text = (workdir / "feijian.toml").read_text(encoding="utf-8")
    section = text[text.index("# [[contracts]]") : text.index("# 查询账户")]
    configure(workdir, "\n".join(line.removeprefix("# ") for line in section.splitlines()))
    assert load_settings(workdir).contracts[0].exports_per_year == 1


def test_institutions_may_stand_in_a_csv_as_excel_saves_it(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("机构编码,名称\nH1,甲院\nH2,乙院\n".encode("gb18030"))
    [contract] = load_settings(configure(tmp_path, TOML.replace('["H65040200001"]', '"list.csv"'))).contracts
    assert contract.institutions == ("H1", "H2")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('phone = "0995-1"', "", "缺少 phone"),
        ('number = "HT2024-01"', "number = 2024", "缺少 number"),
        ("to = 2025-11-05", "to = 2023-11-05", "起止颠倒"),
        ("to = 2025-11-05", 'to = "明年"', "to 应为日期"),
        ("to = 2025-11-05", "to = 2025-11-05T10:00:00", "to 应为日期"),
        ('["H65040200001"]', "[]", "institutions 应列出"),
        ('["H65040200001"]', "[65040200001]", "机构编码“65040200001”无效"),
        ('["H65040200001"]', '["H1", "H1"]', "H1 写了两次"),
        ('["H65040200001"]', '"none.csv"', "缺少文件 none.csv"),
        ('["H65040200001"]', '"feijian.toml"', "没有“机构编码”一列|列数与表头不符"),
        ('["H65040200001"]', '["H1"]\nexports_per_year = 0', "exports_per_year"),
        ('["H65040200001"]', '["H1"]\nyear = "fiscal"', "service"),
        ('["H65040200001"]', '["H1"]\ncolour = 1', "不认识的设置：colour"),
        ("[[contracts]]", "[contracts]", "contracts 写法有误"),
    ],
)
def test_a_wrong_contract_is_explained(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_settings(configure(tmp_path, TOML.replace(old, new)))


def test_an_institution_stands_in_one_contract_at_a_time(tmp_path: Path) -> None:
    second = TOML.replace("HT2024-01", "HT2025-01").replace("from = 2024-11-06", "from = 2025-11-05")
    second = second.replace("to = 2025-11-05\n", "to = 2026-11-05\n")
    with pytest.raises(SettingsError, match="H65040200001 同时在合同 HT2024-01 和 HT2025-01"):
        load_settings(configure(tmp_path, TOML + second))
    after = second.replace("from = 2025-11-05", "from = 2025-11-06")
    contracts = load_settings(configure(tmp_path, TOML + after)).contracts
    found = contract_of(contracts, "H65040200001", date(2025, 11, 6))
    assert found is not None
    assert found.number == "HT2025-01"
    with pytest.raises(SettingsError, match="写了两次"):
        load_settings(configure(tmp_path, TOML + after.replace("HT2025-01", "HT2024-01")))


# The ledger


def test_a_package_stands_in_the_ledger_once(tmp_path: Path) -> None:
    ledger = tmp_path / "entitlements.jsonl"
    assert append_use(ledger, a_use())
    assert not append_use(ledger, a_use(run="r2", day=date(2026, 3, 2)))
    assert append_use(ledger, a_use(institution="H2"))
    assert read_uses(ledger) == [a_use(), a_use(institution="H2")]
    assert len(ledger.read_text(encoding="utf-8").splitlines()) == 2


def test_a_torn_last_line_is_no_line_and_a_whole_one_without_its_break_is_kept(tmp_path: Path) -> None:
    ledger = tmp_path / "entitlements.jsonl"
    append_use(ledger, a_use())
    ledger.write_bytes(ledger.read_bytes().removesuffix(b"\n"))
    append_use(ledger, a_use(manifest_sha256="b" * 64))
    with ledger.open("ab") as file:
        file.write(b'{"institution": "H6504')
    assert len(read_uses(ledger)) == 2
    append_use(ledger, a_use(manifest_sha256="c" * 64))
    assert [use.manifest_sha256[0] for use in read_uses(ledger)] == ["a", "b", "c"]


def test_a_line_in_the_middle_that_cannot_be_read_is_an_error_and_not_a_right(tmp_path: Path) -> None:
    ledger = tmp_path / "entitlements.jsonl"
    append_use(ledger, a_use())
    ledger.write_bytes(b"#" + ledger.read_bytes())
    with pytest.raises(StoreError, match="第 1 行读不出"):
        read_uses(ledger)


# What may be exported


def test_a_second_export_of_the_year_is_refused_with_date_package_and_version_of_the_first(plain: Job) -> None:
    assert decide(plain, []).kind is Kind.EXPORT
    with pytest.raises(EntitlementError) as caught:
        decide(plain, [a_use()])
    assert caught.value.exit_code == 3
    for word in ("2025-03-02", PACKAGE, "第 1 版", "HT2024-01", "--corrects", "变更申请"):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "other",
    [
        a_use(institution="H2"),
        a_use(day=date(2024, 11, 5)),
        a_use(kind=Kind.CORRECTION),
        a_use(kind=Kind.EXTRA),
    ],
)
def test_what_does_not_count_against_the_year(plain: Job, other: Use) -> None:
    assert decide(plain, [other]).kind is Kind.EXPORT


def test_an_export_before_the_contract_was_entered_counts_by_its_day(plain: Job) -> None:
    with pytest.raises(EntitlementError):
        decide(plain, [a_use(contract="", year=None, unchecked="feijian.toml 中没有合同")])


def test_the_next_year_has_its_own_right(plain: Job) -> None:
    job = under(plain, a_contract(last=date(2026, 11, 5)), day=date(2025, 11, 6))
    year = decide(job, [a_use()]).year
    assert year is not None
    assert year.number == 2


def test_a_contract_may_grant_more_than_one(plain: Job) -> None:
    job = under(plain, a_contract(exports_per_year=2))
    assert decide(job, [a_use()]).kind is Kind.EXPORT
    with pytest.raises(EntitlementError, match="每年 2 次"):
        decide(job, [a_use(), a_use(manifest_sha256="b" * 64)])


def test_a_correction_of_a_package_in_the_ledger_uses_nothing_up(plain: Job) -> None:
    job = replace(plain, corrects=Corrected(a_use().package, "a" * 64))
    assert decide(job, [a_use()]).kind is Kind.CORRECTION
    later = under(job, a_contract(last=date(2027, 11, 5)), day=date(2026, 1, 1))
    assert decide(later, [a_use()]).kind is Kind.CORRECTION


def test_a_correction_of_what_was_never_handed_over_is_an_export(plain: Job) -> None:
    job = replace(plain, corrects=Corrected("elsewhere_v1", "f" * 64))
    assert decide(job, []).kind is Kind.EXPORT
    with pytest.raises(EntitlementError, match="elsewhere_v1 没有交付记录"):
        decide(job, [a_use()])


def test_a_written_reason_makes_an_extra_export_only_when_the_right_is_used(plain: Job) -> None:
    job = replace(plain, reason="检查组要求增加")
    assert decide(job, []).kind is Kind.EXPORT
    assert decide(job, [a_use()]).kind is Kind.EXTRA


def test_without_a_contract_nothing_is_refused_and_nothing_is_called_checked(plain: Job) -> None:
    for job, why in (
        (under(plain), "没有合同"),
        (under(plain, a_contract(institutions=("H2",))), "不在任何合同之中"),
        (under(plain, a_contract(), day=date(2026, 1, 1)), "2026-01-01 不在机构"),
    ):
        right = decide(job, [a_use(), a_use(day=date(2026, 1, 1))])
        assert (right.kind, right.contract, right.year) == (Kind.EXPORT, None, None)
        assert why in right.unchecked
        [line] = [
            line
            for line in lines_of(job, a_use(unchecked=right.unchecked, contract="", year=None))
            if "导出权利" in line
        ]
        assert "未核对合同" in line
        assert "没有核对" in line


# What the user asks for


def a_package(root: Path, name: str, **facts: object) -> Path:
    record = {
        "feijian:institution": {"code": DEMO_ORG, "name": "院"},
        "feijian:period": {"from": FIRST, "to": LAST},
        "feijian:format": "nhsa/2024",
        "feijian:ready": True,
    }
    deliver = root / name / "deliver"
    deliver.mkdir(parents=True)
    (deliver / "datapackage.json").write_text(json.dumps(record | facts), encoding="utf-8")
    return root / name


def test_the_corrected_package_may_be_named_or_pointed_at(plain: Job, tmp_path: Path) -> None:
    folder = a_package(tmp_path, "p_v1")
    for named in ("p_v1", str(folder), f"{folder}/"):
        corrected = ask_for(plain, named, " 月份\n有误 ", tmp_path)
        assert corrected.corrects is not None
        assert corrected.corrects.package == "p_v1"
        assert corrected.reason == "月份 有误"
        assert corrected.record()["corrects"]["name"] == "p_v1"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"feijian:institution": {"code": "H2", "name": ""}}, "机构与本次导出不同：包中是 H2"),
        ({"feijian:period": {"from": "2023-01-01", "to": LAST}}, "期间与本次导出不同：包中是 2023-01-01 至"),
        ({"feijian:format": "nhsa/legacy"}, "格式与本次导出不同"),
        ({"feijian:institution": {}}, "机构与本次导出不同：包中是 空"),
        ({"feijian:rehearsal_of": {"from": FIRST, "to": LAST}}, "是演练"),
    ],
)
def test_only_a_package_of_the_same_kind_can_be_corrected(
    plain: Job, tmp_path: Path, facts: dict[str, object], message: str
) -> None:
    a_package(tmp_path, "p_v1", **facts)
    with pytest.raises(SettingsError, match=message):
        ask_for(plain, "p_v1", None, tmp_path)


def test_what_is_no_package_or_lies_elsewhere_cannot_be_corrected(plain: Job, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="没有导出包 p_v1"):
        ask_for(plain, "p_v1", None, tmp_path)
    elsewhere = a_package(tmp_path / "usb", "p_v1")
    with pytest.raises(SettingsError, match="--out"):
        ask_for(plain, str(elsewhere), None, tmp_path)
    (tmp_path / "p_unsealed_v1" / "deliver").mkdir(parents=True)
    with pytest.raises(PackageError, match="不是完整的导出包"):
        ask_for(plain, "p_unsealed_v1", None, tmp_path)


def test_an_empty_reason_and_a_reason_for_a_rehearsal_are_refused(plain: Job, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="写明理由"):
        ask_for(plain, None, " ", tmp_path)
    rehearsal = replace(plain, rehearsal_of=plain.window)
    with pytest.raises(SettingsError, match="演练不占用"):
        ask_for(rehearsal, None, "试", tmp_path)

"""One export per institution and year of the contract; a second is a correction, has a reason, or is refused."""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import flows.publish
from exports.manifest import read_manifest, write_manifest
from exports.papers.write import PAPERS
from exports.seal.edition import Corrected, core_of
from flows.cli import main
from flows.contract_commands import lines_of
from flows.entitlement import WORK, ask_for, decide, require_right, use_of
from flows.export import Stage
from flows.job import Job, make_job
from flows.publish import CHECKED, Published, publish
from flows.run import Run, start_run
from flows.settings import Window, load_settings
from flows.use_ledger import Kind, Use, append_use, read_uses
from schemas.contract import Basis, Contract, contract_of, reminder_of
from schemas.errors import EntitlementError, PackageError, SettingsError, StoreError
from schemas.reference import ROOT
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, Exported, settings_for
from tests.papers import edit

DAY = date(2025, 3, 2)
PACKAGE = f"{DEMO_ORG}_20240101-20241231_v1"


def a_contract(number: str = "HT2024-01", institutions: tuple[str, ...] = (DEMO_ORG,), **changes: object) -> Contract:
    first, last = date(2024, 11, 6), date(2025, 11, 5)
    one = Contract(number, "增值技术服务", "七泉湖镇卫生院", "负责人", "0995-1", first, last, institutions)
    return replace(one, **changes)  # type: ignore[arg-type]


def a_use(**changes: object) -> Use:
    year = a_contract().year_of(DAY)
    use = Use(
        institution=DEMO_ORG, contract="HT2024-01", year=year, unchecked="", day=DAY, kind=Kind.EXPORT,
        package=PACKAGE, version=1, manifest_sha256="a" * 64,
        period={"from": FIRST, "to": LAST}, format="nhsa/2024", corrects="", reason="", run="r1", at="",
    )  # fmt: skip
    return replace(use, **changes)  # type: ignore[arg-type]


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


TOML = """
[[contracts]]
number = "HT2024-01"
project = "增值技术服务"
unit = "七泉湖镇卫生院"
person = "负责人"
phone = "0995-1"
from = 2024-11-06
to = 2025-11-05
institutions = ["H65040200001"]
"""


def configure(folder: Path, text: str) -> Path:
    (folder / "feijian.toml").write_text(text, encoding="utf-8")
    return folder


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


# Publication


@pytest.fixture(scope="module")
def sealed(clean: Exported, tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, Run]:
    """The clean centre's run as it was before its sealed package was published."""
    run = Run(tmp_path_factory.mktemp("sealed") / clean.run.id)
    for stage in CHECKED:
        shutil.copytree(clean.run.part(stage), run.part(stage))
    shutil.copytree(clean.published.folder, run.part("sealed"))
    deliver = run.part("sealed") / "deliver"
    write_manifest(core_of(read_manifest(deliver)), deliver)
    run.note(stage="sealed", seconds=0)
    return replace(clean.job, day=DAY), run


@dataclass(frozen=True)
class House:
    """A store of its own in which sealed runs can be published; each run's data differ by its name."""

    job: Job
    whole: Run

    @property
    def store(self) -> Path:
        return self.job.settings.store

    @property
    def uses(self) -> list[Use]:
        return read_uses(self.job.settings.entitlements)

    @property
    def packages(self) -> list[str]:
        root = self.job.settings.deliver
        return sorted(path.name for path in root.iterdir()) if root.is_dir() else []

    def run(self, name: str, title: str | None = None, ready: bool = True) -> Run:
        run = Run(self.store / "runs" / name)
        shutil.copytree(self.whole.folder, run.folder)
        deliver = run.part("sealed") / "deliver"
        for path in (deliver / "datapackage.json", deliver / "reports" / "acceptance.json"):
            record = json.loads(path.read_text(encoding="utf-8"))
            record |= {"title": title or name, "ready": ready} if "ready" in record else {"title": title or name}
            path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        return run

    def publish(self, run: Run, **changes: object) -> Published:
        return publish(replace(self.job, **changes), run, self.job.settings.deliver)  # type: ignore[arg-type]


@pytest.fixture
def house(sealed: tuple[Job, Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    job, run = sealed
    monkeypatch.setattr(flows.publish, "prove_files", lambda *of: [])
    settings = replace(job.settings, store=tmp_path, deliver=tmp_path / "deliver", contracts=(a_contract(),))
    return House(replace(job, settings=settings), run)


def test_a_use_that_was_taken_out_of_the_ledger_is_missed(house: House) -> None:
    published = house.publish(house.run("r1"))
    house.job.settings.entitlements.unlink()
    with pytest.raises(StoreError, match=f"台账 .* 中没有 {published.folder.name}，或与访问日志记的不同"):
        require_right(house.job, house.run("r2"))
    with pytest.raises(StoreError, match="台账被删改过"):
        house.publish(house.run("r3", "another"))
    assert house.packages == [published.folder.name]


@pytest.mark.parametrize(
    ("old", "new"), [('"kind": "export"', '"kind": "extra"'), (f'"day": "{DAY}"', '"day": "2024-01-01"')]
)
def test_a_use_that_was_changed_in_the_ledger_is_found(house: House, old: str, new: str) -> None:
    house.publish(house.run("r1"))
    ledger = house.job.settings.entitlements
    ledger.write_text(ledger.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(StoreError, match="台账被删改过"):
        require_right(house.job, house.run("r2"))


def test_a_code_in_other_letters_is_not_another_institution(house: House) -> None:
    with pytest.raises(SettingsError, match=f"与合同中的 {DEMO_ORG} 只差大小写"):
        require_right(replace(house.job, org=DEMO_ORG.lower()), house.run("r1"))


def stopped(*of: object, **named: object) -> None:
    raise KeyboardInterrupt


def test_a_ready_package_is_one_line_of_the_ledger(house: House) -> None:
    published = house.publish(house.run("r1"))
    [use] = house.uses
    assert (use.institution, use.contract, use.day, use.kind) == (DEMO_ORG, "HT2024-01", DAY, Kind.EXPORT)
    assert (use.package, use.version, use.run) == (published.folder.name, 1, "r1")
    assert use.year == a_contract().years[0]
    assert use == use_of(house.job.settings, DEMO_ORG, published.folder)
    assert lines_of(house.job, use)[0].endswith("的次数由 " + use.package + " 使用，已记入台账。")


def test_the_right_is_asked_again_at_publication_and_the_run_is_kept(house: House) -> None:
    house.publish(house.run("r1"))
    second = house.run("r2")
    with pytest.raises(EntitlementError, match="已交付"):
        house.publish(second)
    assert second.part("sealed").is_dir()
    assert second.notes()[-1]["failed"] == "entitlement"
    assert house.packages == [house.uses[0].package]
    assert len(house.uses) == 1


def test_of_two_exports_at_once_one_is_published(house: House) -> None:
    runs = [house.run("r1"), house.run("r2")]
    refused: list[EntitlementError] = []

    def go(run: Run) -> None:
        try:
            house.publish(run)
        except EntitlementError as error:
            refused.append(error)

    threads = [threading.Thread(target=go, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == len(house.uses) == len(house.packages) == 1


def test_the_same_bytes_again_are_no_second_use(house: House) -> None:
    house.publish(house.run("r1", "same"))
    assert house.publish(house.run("r2", "same")).known
    assert [use.run for use in house.uses] == ["r1"]


def test_a_package_whose_papers_were_rewritten_is_not_known_again(house: House) -> None:
    first = house.publish(house.run("r1", "same"))
    edit(first.folder / "deliver" / PAPERS[0], lambda text: text.replace("第 1 版", "第 7 版"))
    with pytest.raises(EntitlementError, match="已交付"):
        house.publish(house.run("r2", "same"))


def test_a_correction_is_the_next_version_and_the_old_one_is_kept(house: House) -> None:
    first = house.publish(house.run("r1"))
    job = ask_for(house.job, first.folder.name, "三月漏了一天", house.job.settings.deliver)
    second = publish(job, house.run("r2"), house.job.settings.deliver)
    assert first.folder.is_dir()
    assert second.folder.name.endswith("_v2")
    use = house.uses[1]
    assert (use.kind, use.version, use.corrects, use.reason) == (Kind.CORRECTION, 2, first.folder.name, "三月漏了一天")
    assert f"更正 {first.folder.name}，不另占次数" in lines_of(job, use)[0]


def test_an_extra_export_leaves_its_reason_and_asks_for_a_change_request(house: House) -> None:
    house.publish(house.run("r1"))
    house.publish(house.run("r2"), reason="检查组要求增加")
    assert (house.uses[1].kind, house.uses[1].reason) == (Kind.EXTRA, "检查组要求增加")
    assert "变更申请" in lines_of(house.job, house.uses[1])[0]


def test_what_is_not_ready_and_rehearsals_use_nothing_up(house: House) -> None:
    house.publish(house.run("r1", ready=False))
    house.publish(house.run("r2"), rehearsal_of=Window(date(2024, 1, 1), date(2024, 12, 31)))
    assert house.uses == []
    assert "没有占用次数" in lines_of(house.job, None)[0]
    assert len(house.packages) == 2


def test_an_export_without_a_contract_is_recorded_as_unchecked(house: House) -> None:
    house.publish(house.run("r1"), settings=replace(house.job.settings, contracts=()))
    [use] = house.uses
    assert (use.contract, use.year, use.unchecked) == ("", None, "feijian.toml 中没有合同")


def cut_before(house: House, monkeypatch: pytest.MonkeyPatch, name: str) -> Run:
    """A run whose publication stops before what is called `name` in `flows/publish.py`."""
    run = house.run("r1")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(flows.publish, name, stopped)
        house.publish(run)
    assert house.uses == []
    return run


def test_a_machine_that_stops_after_the_rename_loses_no_use(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    run = cut_before(house, monkeypatch, "record_use")
    with pytest.raises(EntitlementError, match="_v1"):
        require_right(house.job, house.run("r2"))
    assert require_right(house.job, run) is not None
    assert house.publish(run).known
    assert [(use.run, use.version) for use in house.uses] == [("r1", 1)]


def test_an_export_under_way_finds_what_one_that_was_killed_has_used(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = house.run("r2")
    require_right(house.job, under_way)
    cut_before(house, monkeypatch, "record_use")
    with pytest.raises(EntitlementError, match="_v1"):
        house.publish(under_way)
    assert [use.run for use in house.uses] == ["r1"]


def test_a_run_resumed_after_the_rename_writes_its_use_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    run = cut_before(house, monkeypatch, "record_use")
    house.publish(run)
    assert [use.run for use in house.uses] == ["r1"]
    assert list((house.store / ".entitlements").glob("*.json")) == []


def test_a_machine_that_stops_after_the_ledger_writes_no_second_line(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = house.run("r1")
    unlink = Path.unlink

    def stopped_at_the_intention(path: Path, missing_ok: bool = False) -> None:
        if path.parent == house.store / WORK:
            raise KeyboardInterrupt
        unlink(path, missing_ok)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "unlink", stopped_at_the_intention)
        house.publish(run)
    assert len(house.uses) == 1
    house.publish(run)
    assert len(house.uses) == 1


def test_a_machine_that_stops_before_the_rename_uses_nothing_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_before(house, monkeypatch, "_rename")
    other = house.run("r2")
    assert require_right(house.job, other) is not None
    house.publish(other)
    assert [use.run for use in house.uses] == ["r2"]


def test_while_the_disk_of_a_cut_publication_is_away_nobody_can_tell(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = cut_before(house, monkeypatch, "record_use")
    house.job.settings.deliver.rename(house.store / "away")
    with pytest.raises(StoreError, match="接上那个磁盘"):
        require_right(house.job, run)


# The command

Told = Callable[[], str]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return lambda: capsys.readouterr().out


def desk(folder: Path, *uses: Use) -> None:
    """A working folder with a contract in force today and a source that is not there."""
    today = date.today()
    text = TOML.replace("2024-11-06", str(today - timedelta(days=60))).replace(
        "2025-11-05", str(today + timedelta(days=10))
    )
    source = '[sources.centre]\nadapter = "sample"\nurl = "sqlite:///none.sqlite"\n'
    configure(folder, text.replace("H65040200001", DEMO_ORG) + source)
    for use in uses:
        append_use(folder / "entitlements.jsonl", replace(use, day=today))


EXPORT = ["export", "--source", "centre", "--org", DEMO_ORG, "--from", FIRST, "--to", LAST]


def test_the_command_refuses_with_3_before_the_source_is_opened(
    workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk(workdir, a_use())
    assert main(EXPORT) == 3
    assert f"已交付 {a_use().package}（第 1 版）" in capsys.readouterr().err
    [run] = (workdir / "runs").iterdir()
    assert sorted(path.name for path in run.iterdir()) == ["ledger.jsonl", "settings.json"]
    assert main([*EXPORT, "--reason", "检查组要求增加"]) == 2  # the right is there; the source is not
    assert main([*EXPORT, "--rehearse", "2024-03"]) == 2


def test_the_flow_is_refused_as_the_command_is(house: House) -> None:
    from flows.annual_export import export_flow

    house.publish(house.run("r1"))
    with pytest.raises(EntitlementError, match="已交付"):
        export_flow.fn(house.job, start_run(house.job.settings.runs, house.job.record()))


def test_the_command_exports_once_and_tells_of_the_right(
    house: House, workdir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def done_before(stage: Stage, job: Job, run: Run, tell: object) -> None:
        if house.whole.part(stage.name).is_dir():
            shutil.copytree(house.whole.part(stage.name), run.part(stage.name))
        run.note(stage=stage.name, seconds=0)

    monkeypatch.setattr("flows.export.run_stage", done_before)
    desk(workdir)
    assert main(EXPORT) == 0
    said = capsys.readouterr().out
    assert "导出权利：合同 HT2024-01，第 1 服务年" in said
    assert f"的次数由 {PACKAGE} 使用" in said
    assert "还有 10 天" in said
    assert main(EXPORT) == 3
    assert f"已交付 {PACKAGE}" in capsys.readouterr().err
    assert main([*EXPORT, "--corrects", PACKAGE, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["known"]
    assert record["entitlement"]["kind"] == "export"
    assert len(record["reminders"]) == 1
    assert len(read_uses(workdir / "entitlements.jsonl")) == 1


def test_contract_list_says_what_is_used_and_open_and_reminds(workdir: Path, told: Told) -> None:
    assert main(["contract", "list"]) == 0
    assert "未核对合同" in told()
    desk(workdir, a_use(), a_use(manifest_sha256="b" * 64, kind=Kind.CORRECTION), a_use(institution="H9"))
    assert main(["contract", "list"]) == 0
    said = told()
    assert f"{DEMO_ORG}　已用 1 次，还可导出 0 次，更正 1 次" in said
    assert "还有 10 天" in said
    assert "另有 1 次导出不在任何合同之内" in said
    assert main(["contract", "list", "--json"]) == 0
    record = json.loads(told())
    [row] = record["contracts"][0]["years"][0]["institutions"]
    assert (row["used"], row["open"], row["corrections"], row["extra"]) == (1, 0, 1, 0)
    assert len(record["reminders"]) == 1
    assert main(["contract", "list", "--org", "H9"]) == 0
    assert told().strip().splitlines() == [
        "feijian.toml 中没有机构 H9 的合同（[[contracts]]），导出时未核对合同。",
        "另有 1 次导出不在任何合同之内（未核对合同），见 feijian contract ledger。",
    ]


def test_contract_ledger_lists_every_use(workdir: Path, told: Told) -> None:
    assert main(["contract", "ledger"]) == 0
    assert "没有交付记录" in told()
    desk(workdir, a_use(), a_use(institution="H9", contract="", year=None, unchecked="没有合同", reason="急用"))
    assert main(["contract", "ledger"]) == 0
    first, second = told().strip().splitlines()
    assert f"{a_use().package}（第 1 版）" in first
    assert "未核对合同（没有合同）　理由：急用" in second
    for arguments, count in (
        (["--org", "H9"], 1), (["--year", "1"], 1), (["--year", "2"], 0), (["--year", str(date.today().year)], 2)
    ):  # fmt: skip
        assert main(["contract", "ledger", "--json", *arguments]) == 0
        assert len(json.loads(told())["uses"]) == count


def test_the_commands_and_options_stand_in_the_manual() -> None:
    manual = (ROOT / "reference" / "manual" / "操作手册.md").read_text(encoding="utf-8")
    for word in ("feijian contract list", "feijian contract ledger", "--corrects", "--reason", "[[contracts]]"):
        assert word in manual


def test_contract_list_settles_what_a_stopped_machine_left(
    house: House, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    cut_before(house, monkeypatch, "record_use")
    monkeypatch.chdir(house.store)
    monkeypatch.delenv("FEIJIAN_CONFIG", raising=False)
    assert main(["contract", "ledger"]) == 0
    assert "_v1（第 1 版）" in told()

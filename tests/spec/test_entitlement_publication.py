"""The right is asked again at publication, used up once whatever stops, and told by the command."""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import flows.publish
from exports.manifest import read_manifest, write_manifest
from exports.papers.write import PAPERS
from exports.seal.edition import core_of
from flows.cli import main
from flows.contract_commands import lines_of
from flows.entitlement import WORK, ask_for, require_right, use_of
from flows.export import Stage
from flows.job import Job
from flows.publish import CHECKED, Published, publish
from flows.run import Run, start_run
from flows.settings import Window
from flows.use_ledger import Kind, Use, append_use, read_uses
from schemas.errors import EntitlementError, SettingsError, StoreError
from schemas.reference import ROOT
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, Exported
from tests.papers import edit
from tests.rights import DAY, PACKAGE, TOML, a_contract, a_use, configure

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
    assert sorted(path.name for path in run.iterdir()) == [".lock", "ledger.jsonl", "settings.json"]
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

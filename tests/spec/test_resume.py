"""A run that was cut goes on from what is whole, says what changed since, and is nobody else's meanwhile."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from flows.cli import main
from flows.export import STAGES
from flows.extraction.manners import Manners, Pace
from flows.inputs import PROGRAM, SOURCE, inputs_of
from flows.job import Job
from flows.resume import find_run, gone_on_of, job_of, settle
from flows.run import LEDGER, SETTINGS, Run, start_run
from flows.settings import Window
from flows.sources import sqlite
from flows.steps.extract import extract
from schemas.errors import SettingsError, SourceLostError, StoreError
from tests.house import Exported, carry_on, settings_for

NAMES = [stage.name for stage in STAGES]
EARLY = ("raw", "std", "findings")


@pytest.fixture
def cut(clean: Exported, tmp_path: Path) -> Run:
    """A run of the clean centre that was cut after its third stage."""
    return carry_on(clean, start_run(tmp_path / "runs", clean.job.record()), EARLY)


def there(run: Run) -> tuple[str, ...]:
    return tuple(name for name in NAMES if run.part(name).is_dir())


def test_what_is_whole_is_kept(clean: Exported, cut: Run) -> None:
    settle(clean.job, cut, NAMES)
    assert there(cut) == EARLY
    found = gone_on_of(cut)
    assert found is not None and (found.kept, found.changed, found.damaged) == (EARLY, (), ())


@pytest.mark.parametrize(
    ("change", "said", "left"),
    [
        (lambda job: replace(job, adapter=replace(job.adapter, codes={"new": {"1": "2"}})), "适配器", ("raw",)),
        (lambda job: replace(job, finance={"202401": {"fund": Decimal(1)}}), "财务合计", ("raw",)),
        (lambda job: replace(job, settings=replace(job.settings, drift={"deviation": "0.5"})), "设置", ("raw",)),
        (lambda job: replace(job, prior="site/2023"), "上年格式", ("raw",)),
        (lambda job: replace(job, window=Window(job.window.first, job.window.first)), SOURCE, ()),
        (lambda job: replace(job, source=replace(job.source, url="sqlite:///elsewhere.sqlite")), SOURCE, ()),
    ],
)
def test_what_changed_since_is_named_and_what_hangs_on_it_is_done_again(
    clean: Exported, cut: Run, change: Callable[[Job], Job], said: str, left: tuple[str, ...]
) -> None:
    settle(change(clean.job), cut, NAMES)
    found = gone_on_of(cut)
    assert found is not None and said in found.changed
    assert there(cut) == left
    assert said in "".join(found.lines({stage.name: stage.title for stage in STAGES}))


def test_a_new_program_does_all_but_the_extraction_again(
    clean: Exported, cut: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.inputs.program_digest", lambda: "another")
    settle(clean.job, cut, NAMES)
    found = gone_on_of(cut)
    assert found is not None and found.changed == (PROGRAM,)
    assert there(cut) == ("raw",)


def test_a_change_is_said_once(clean: Exported, cut: Run) -> None:
    job = replace(clean.job, prior="site/2023")
    settle(job, cut, NAMES)
    settle(job, cut, NAMES)
    found = gone_on_of(cut)
    assert found is not None and found.changed == ()


def test_a_stage_that_was_touched_is_done_again_with_all_that_follow(clean: Exported, cut: Run) -> None:
    path = cut.part("std") / "person.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    settle(clean.job, cut, NAMES)
    found = gone_on_of(cut)
    assert found is not None and (found.damaged, found.kept) == (("std",), ("raw",))
    assert there(cut) == ("raw",)


def test_a_stage_that_lost_a_file_is_done_again(clean: Exported, cut: Run) -> None:
    (cut.part("findings") / "results.json").unlink()
    settle(clean.job, cut, NAMES)
    assert there(cut) == ("raw", "std")


def test_no_second_process_works_on_a_run(cut: Run) -> None:
    with cut.held(), pytest.raises(StoreError, match="正由另一个进程进行"), Run(cut.folder).held():
        pass
    with cut.held():
        pass


def test_what_decides_the_bytes_holds_no_password(clean: Exported) -> None:
    def digest(url: str) -> str:
        return inputs_of(replace(clean.job, source=replace(clean.job.source, url=url)))[SOURCE]

    one, other = (digest(f"postgresql://{login}@db:5432/his") for login in ("reader:secret", "other:new"))
    assert one == other != digest("postgresql://reader:secret@db2:5432/his")


def test_a_job_is_made_again_from_what_the_run_was_asked(clean: Exported, tmp_path: Path) -> None:
    finance = tmp_path / "finance.csv"
    finance.write_text("月份,口径,类别,金额\n", encoding="utf-8")
    job = replace(clean.job, finance_file=finance, rehearsal_of=clean.job.window, reason="检查组要求")
    job = replace(job, window=Window(job.window.first, job.window.first.replace(day=31)), finance=None)
    run = start_run(tmp_path / "runs", {**job.record(), "finance": None, "out": str(tmp_path / "elsewhere")})
    again, out = job_of(run, clean.job.settings)
    assert (again.window, again.rehearsal_of, again.reason, again.day) == (
        job.window,
        job.rehearsal_of,
        "检查组要求",
        job.day,
    )
    assert inputs_of(again) == inputs_of(job)
    assert out == tmp_path / "elsewhere"


def test_a_file_that_was_given_and_is_gone_is_named(clean: Exported, tmp_path: Path) -> None:
    record = {**clean.job.record(), "finance": {"path": str(tmp_path / "gone.csv")}}
    with pytest.raises(SettingsError, match=r"gone\.csv，它已不在原处"):
        job_of(start_run(tmp_path / "runs", record), clean.job.settings)


def test_a_run_of_an_older_version_is_not_gone_on_with(clean: Exported, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "sqlite:///x")
    old = start_run(settings.runs, {"org": "H1", "from": "2024-01-01"})
    with pytest.raises(SettingsError, match="由旧版程序开始"):
        find_run(old.id, settings)


def test_an_unknown_run_is_refused(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resume", "20240101-000000-H1"]) == 2
    assert "没有运行 20240101-000000-H1" in capsys.readouterr().err


def test_a_run_whose_package_was_handed_over_has_nothing_left_to_do(
    clean: Exported, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = workdir / "runs" / clean.run.id
    folder.mkdir(parents=True)
    for name in (SETTINGS, LEDGER):
        (folder / name).write_bytes((clean.run.folder / name).read_bytes())
    assert main(["resume", clean.run.id]) == 2
    assert f"已交付 {clean.published.folder.name}，无须续跑" in capsys.readouterr().err


def lines_of(raw: Path, kind: str) -> list[str]:
    lines = map(json.loads, (raw / "_parts.jsonl").read_text(encoding="utf-8").splitlines())
    return [line[kind] for line in lines if kind in line]


class Breaking:
    """Lets some tables of SQLite be read, then breaks the connection, once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tables: int) -> None:
        whole, self.left, self.read = sqlite.SqliteConnection.read, tables, list[str]()

        def read(connection: sqlite.SqliteConnection, table: str, columns: tuple[str, ...], where: str) -> object:
            self.left -= 1
            if self.left == -1:
                raise SourceLostError("连接中断。")
            self.read.append(table)
            return whole(connection, table, columns, where)

        monkeypatch.setattr(sqlite.SqliteConnection, "read", read)


def patient(job: Job) -> Pace:
    return Pace(Manners(), sleep=lambda seconds: None)


def test_a_connection_that_breaks_is_made_anew_and_nothing_is_read_twice_of_a_file_that_stands(
    clean: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Breaking(monkeypatch, 5)
    extracted = extract(clean.job, tmp_path, lambda line: None, patient(clean.job))
    assert broken.read == [table.name for table in clean.job.raw_tables]
    assert extracted.tables["mz_fymx"].rows > 0
    assert lines_of(tmp_path, "again") == []


def test_a_file_that_changed_meanwhile_is_read_anew(
    clean: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Breaking(monkeypatch, 5)
    states = iter(["before"])
    monkeypatch.setattr(sqlite, "_state", lambda path: next(states, "after"))
    extract(clean.job, tmp_path, lambda line: None, patient(clean.job))
    names = [table.name for table in clean.job.raw_tables]
    assert broken.read == [*names[:5], *names]
    assert lines_of(tmp_path, "again") == [f"{name}/all" for name in names[:5]]


def test_a_connection_that_never_comes_back_ends_the_run_and_leaves_what_was_read(
    clean: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*asked: object) -> object:
        raise SourceLostError("连接中断。")

    whole = sqlite.SqliteConnection.read
    monkeypatch.setattr(
        sqlite.SqliteConnection, "read", lambda *asked: lost() if asked[1] == "mz_fymx" else whole(*asked)
    )
    with pytest.raises(SourceLostError):
        extract(clean.job, tmp_path, lambda line: None, patient(clean.job))
    assert "mz_jsb/all" in lines_of(tmp_path, "part")
    monkeypatch.undo()
    assert extract(clean.job, tmp_path, lambda line: None).tables["mz_fymx"].rows > 0
    assert lines_of(tmp_path, "part").count("mz_jsb/all") == 1


def test_the_list_says_in_chinese_where_a_run_stopped(
    cut: Run, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workdir / "feijian.toml").write_text(f'store = "{cut.folder.parent.parent}"\n', encoding="utf-8")
    assert main(["runs"]) == 0
    assert "停在 核对 之后" in capsys.readouterr().out

"""A run that was cut goes on from what is whole, says what changed since, and is nobody else's meanwhile."""

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exports.durable import append_line
from flows.cli import main
from flows.export import STAGES
from flows.extraction.ledger import PARTS
from flows.extraction.manners import SHANGHAI, Hours, Manners, Pace
from flows.extraction.reading import UNTYPED
from flows.inputs import PROGRAM, SOURCE, changed_inputs, inputs_of
from flows.job import GivenFiles, Job
from flows.publish import link_tree
from flows.resume import find_run, gone_on_of, job_of, settle
from flows.run import LEDGER, SETTINGS, Run, disk_errors, start_run
from flows.settings import Window
from flows.sources import sqlite
from flows.sources.connection import local_path
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
    job = replace(clean.job, files=GivenFiles(finance), rehearsal_of=clean.job.window, reason="检查组要求")
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


def test_values_that_could_not_be_typed_survive_a_kill_before_the_extraction_has_its_name(
    clean: Exported, tmp_path: Path
) -> None:
    path, into = tmp_path / "his.sqlite", tmp_path / "raw"
    shutil.copy(local_path(clean.job.source.location()), path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE mz_jsb SET zje = '12,50' WHERE rowid = 1")
    job = replace(clean.job, source=replace(clean.job.source, url=f"sqlite:///{path}"))
    into.mkdir()
    extract(job, into, lambda line: None)
    before = pq.read_table(into / UNTYPED)
    assert before.num_rows == 1
    extract(job, into, lambda line: None)
    assert pq.read_table(into / UNTYPED) == before
    assert lines_of(into, "part").count("mz_jsb/all") == 2
    assert lines_of(into, "part").count("mz_ghb/all") == 1


def test_a_connection_that_always_breaks_at_one_table_ends_the_run_though_others_change_every_time(
    clean: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, states, slept = sqlite.SqliteConnection.read, iter(range(1000)), list[float]()

    def read(source: sqlite.SqliteConnection, table: str, columns: tuple[str, ...], where: str) -> object:
        if table == "br_jbxx":
            raise SourceLostError("连接中断。")
        return whole(source, table, columns, where)

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        assert len(slept) < 10, "it would go on for ever"

    monkeypatch.setattr(sqlite.SqliteConnection, "read", read)
    monkeypatch.setattr(sqlite, "_state", lambda path: str(next(states)))
    with pytest.raises(SourceLostError):
        extract(clean.job, tmp_path, lambda line: None, Pace(Manners(retries=2), sleep=sleep))
    assert slept == [2, 4]


def test_what_is_read_to_its_end_after_the_hours_is_not_read_again(
    clean: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, moments = sqlite.SqliteConnection.read, [datetime(2024, 1, 1, 5, 59, tzinfo=SHANGHAI)]
    last = clean.job.raw_tables[-1].real_name

    def read(source: sqlite.SqliteConnection, table: str, columns: tuple[str, ...], where: str) -> object:
        if table == last:
            moments.append(moments[-1] + timedelta(minutes=2))
        return whole(source, table, columns, where)

    def sleep(seconds: float) -> None:
        raise AssertionError("it waits for the next night")

    monkeypatch.setattr(sqlite.SqliteConnection, "read", read)
    pace = Pace(Manners(hours=Hours(time(20), time(6))), lambda: moments[-1], sleep)
    assert last in extract(clean.job, tmp_path, lambda line: None, pace).tables


def test_a_stage_that_was_removed_takes_those_that_were_made_of_it_along(clean: Exported, cut: Run) -> None:
    shutil.rmtree(cut.part("raw"))
    settle(clean.job, cut, NAMES)
    found = gone_on_of(cut)
    assert found is not None and (found.damaged, found.kept) == (("raw",), ())
    assert there(cut) == ()


def test_what_a_url_says_of_schema_or_encoding_decides_what_is_read(clean: Exported) -> None:
    def digest(options: str) -> str:
        url = f"oracle://reader@db:1521/{options}"
        return inputs_of(replace(clean.job, source=replace(clean.job.source, url=url)))[SOURCE]

    assert len({digest(options) for options in ("", "?sid=one", "?sid=two", "?sid=two&schema=his")}) == 4
    assert digest("?sid=one&password=secret") == digest("?sid=one")


def test_a_prior_format_of_the_customers_own_that_was_edited_is_noticed(clean: Exported, tmp_path: Path) -> None:
    job = replace(clean.job, prior="site/2023", settings=replace(clean.job.settings, store=tmp_path))
    pack = job.settings.formats / "site" / "2023" / "columns.csv"
    pack.parent.mkdir(parents=True)
    pack.write_text("one", encoding="utf-8")
    before = inputs_of(job)
    pack.write_text("another", encoding="utf-8")
    assert changed_inputs(before, inputs_of(job)) == ["上年格式"]


def test_a_reconnection_of_a_run_that_was_never_cut_is_not_called_going_on(cut: Run) -> None:
    (cut.folder / LEDGER).unlink()
    for line in ({"again": "a/all", "reason": "变"}, {"proved": "a/all"}, {"proved": "b/all"}):
        append_line(cut.part("raw") / PARTS, line)
    found = gone_on_of(cut)
    assert found is not None and (found.proved, found.again) == (("a/all", "b/all"), {})
    first, second = found.lines({})
    assert first == "抽取途中与源库断开过，已重新连接："
    assert second.startswith("  2 个已抽取的部分经源库逐值核对未变")


def test_a_ledger_torn_in_the_middle_of_a_letter_is_still_read(cut: Run) -> None:
    notes = cut.notes()
    cut.note(failed="out", reason="断电")
    path = cut.folder / LEDGER
    path.write_bytes(path.read_bytes().partition("电".encode())[0] + "电".encode()[:1])
    assert cut.notes() == notes
    cut.note(stage="out")
    assert cut.notes()[-1]["stage"] == "out"


def test_a_run_whose_folder_cannot_be_written_says_so(cut: Run) -> None:
    (cut.folder / ".lock").mkdir()
    with pytest.raises(StoreError, match="是文件夹"), cut.held():
        pass


def test_a_disk_that_fills_while_a_tree_is_copied_to_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(shutil, "copy2", full)
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "a").write_text("a", encoding="utf-8")
    with pytest.raises(StoreError, match="磁盘空间不足"), disk_errors():
        link_tree(tmp_path / "from", tmp_path / "to")


def test_the_list_says_in_chinese_where_a_run_stopped(
    cut: Run, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workdir / "feijian.toml").write_text(f'store = "{cut.folder.parent.parent}"\n', encoding="utf-8")
    assert main(["runs"]) == 0
    assert "停在 核对 之后" in capsys.readouterr().out

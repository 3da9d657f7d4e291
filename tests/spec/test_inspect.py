"""The monthly inspection: the command, the records, the limits, the report."""

import ast
import json
import os
import re
import time
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.cli import main
from flows.inspection.guide import GUIDE, read_guide
from flows.inspection.inspect import inspect_or_raise, today
from flows.inspection.own_store import look_at_store
from flows.inspection.questions import ENGINES as ENGINE_FILES
from flows.inspection.questions import QUESTIONS, engine_of
from flows.inspection.records import folder_of
from flows.settings import load_settings
from schemas.errors import SettingsError, SourceError
from schemas.inspection import Inspection, SourceFacts
from schemas.reference import ROOT, read_toml
from schemas.result import Outcome
from tests.house import postgresql_database, settings_for, text_of, write_centre
from tests.inspected import look_at, run, strict, told

DAY = date(2025, 5, 6)


@pytest.fixture(scope="module")
def his(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small centre in SQLite."""
    path = tmp_path_factory.mktemp("inspected") / "his.sqlite"
    write_centre(f"sqlite:///{path}", visits=20)
    return path


@pytest.fixture
def place(workdir: Path, his: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the centre and a server that is down."""
    monkeypatch.setenv("DOWN_URL", "postgresql://clerk:Geheim77@127.0.0.1:1/his")
    (workdir / "feijian.toml").write_text(
        f'[sources.centre]\nadapter = "sample"\nurl = "sqlite:///{his}"\n'
        '[sources.down]\nadapter = "sample"\nurl_env = "DOWN_URL"\n',
        encoding="utf-8",
    )
    return workdir


def record(place: Path, name: str) -> Inspection:
    return Inspection.from_json(json.loads((place / "inspections" / name).read_text(encoding="utf-8")))


def test_a_source_that_is_down_is_a_finding_and_the_others_are_inspected(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", "--day", "2025-01-02", "--json"]) == 2
    printed = json.loads(capsys.readouterr().out)
    assert [(one["source"], one["reached"]) for one in printed["sources"]] == [
        ("centre", True),
        ("down", False),
        ("_store", True),
    ]
    (found,) = record(place, "down/2025-01.json").findings
    assert (found.check, found.outcome) == ("reach", Outcome.FAILED)
    assert "无法连通服务器" in found.reason


def test_a_source_without_an_adapter_is_not_verified_since_nothing_is_wrong_with_it(place: Path, his: Path) -> None:
    (place / "feijian.toml").write_text(f'[sources.new]\nurl = "sqlite:///{his}"\n', encoding="utf-8")
    assert main(["inspect", "new", "--day", "2025-01-02"]) == 2
    (found,) = record(place, "new/2025-01.json").findings
    assert (found.check, found.outcome) == ("reach", Outcome.NOT_VERIFIED)


def test_neither_password_nor_account_nor_address_is_written_anywhere(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["inspect", "--day", "2025-01-02"])
    written = "".join(text_of(path) for path in place.rglob("inspections/**/*") if path.is_file())
    told_people = capsys.readouterr()
    for secret in ("Geheim77", "clerk", "127.0.0.1"):
        assert secret not in written + told_people.out + told_people.err


def test_nothing_that_fails_ends_with_0_and_one_failure_with_1(place: Path, his: Path, tmp_path: Path) -> None:
    assert main(["inspect", "centre", "--day", "2025-01-02"]) == 0
    other = tmp_path / "broken.sqlite"
    other.write_bytes(his.read_bytes())
    run(f"sqlite:///{other}", ["ALTER TABLE mz_jsb DROP COLUMN qzfje"])
    (place / "feijian.toml").write_text(f'[sources.one]\nadapter = "sample"\nurl = "sqlite:///{other}"\n', "utf-8")
    assert main(["inspect", "--all", "--day", "2025-01-02"]) == 1


def test_further_inspections_of_a_month_are_kept_beside_the_first(place: Path) -> None:
    for day in ("2025-01-02", "2025-01-20", "2025-01-20", "2025-02-01"):
        main(["inspect", "centre", "--day", day])
    names = sorted(path.name for path in (place / "inspections" / "centre").iterdir())
    assert names == ["2025-01-20-2.json", "2025-01-20.json", "2025-01.json", "2025-02.json"]
    assert record(place, "centre/2025-01-20-2.json").earlier == "2025-01-02"
    assert record(place, "centre/2025-02.json").earlier == "2025-01-20"
    assert (place / "inspections" / "巡检报告_2025-01-20_2.html").is_file()


def test_a_record_that_cannot_be_read_is_said_and_not_compared_with(place: Path) -> None:
    main(["inspect", "centre", "--day", "2025-01-02"])
    (place / "inspections" / "centre" / "2025-01.json").write_text('{"source": "cen', encoding="utf-8")
    main(["inspect", "centre", "--day", "2025-02-03"])
    now = record(place, "centre/2025-02.json")
    assert now.earlier == ""
    assert (told(now, "history").outcome, told(now, "history").value) == (Outcome.NOT_VERIFIED, "2025-01.json")


def test_wrong_words_on_the_command_line_are_one_sentence(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "nobody"]) == 2
    assert main(["inspect", "centre", "--all"]) == 2
    assert main(["inspect", "--day", "yesterday"]) == 2
    (place / "feijian.toml").unlink()
    assert main(["inspect"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.startswith("错误：") for line in said] == [True] * 4


def test_a_name_of_a_source_never_leaves_the_folder_of_records(tmp_path: Path) -> None:
    assert folder_of(tmp_path, "../../etc").parent == tmp_path / "inspections"
    assert folder_of(tmp_path, "七泉湖").name == "七泉湖"


def test_a_large_table_is_neither_counted_nor_scanned_unless_asked_to(his: Path, tmp_path: Path) -> None:
    guide = strict()
    wary = replace(guide, limits=replace(guide.limits, count_up_to_mb=0))
    url = f"sqlite:///{his}"
    kind, exact = (look_at(tmp_path, url, DAY, exact=exact, guide=wary) for exact in (False, True))
    assert isinstance(kind.facts, SourceFacts)
    assert isinstance(exact.facts, SourceFacts)
    assert kind.facts.tables["mz_jsb"].rows is None
    assert told(kind, "last", "mz_jsb").outcome is Outcome.NOT_VERIFIED
    assert "--exact" in told(kind, "last", "mz_jsb").reason
    assert told(kind, "index").outcome is Outcome.NOT_VERIFIED
    assert exact.facts.tables["mz_jsb"].counted
    assert exact.facts.activity["mz_jsb"].last.startswith("2024-12")


def test_text_that_is_no_date_is_said_and_stops_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    run(url, ["CREATE TABLE mz_jsb (jssj TEXT, jgdm TEXT)", "INSERT INTO mz_jsb VALUES ('20250401', 'A')"])
    odd = look_at(tmp_path, url, DAY)
    assert "不是日期" in told(odd, "last").reason
    run(url, ["DELETE FROM mz_jsb", "INSERT INTO mz_jsb VALUES ('2025-04-31', 'A'), ('2025-05-02', 'A')"])
    facts_now = look_at(tmp_path, url, DAY).facts
    assert isinstance(facts_now, SourceFacts)
    assert facts_now.activity["mz_jsb"].days == {"2025-05-02": 1}


def test_a_table_that_the_engine_keeps_in_capitals_is_the_one_that_the_adapter_reads(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    run(url, ["CREATE TABLE MZ_JSB (JSSJ TEXT, JGDM TEXT)", "INSERT INTO MZ_JSB VALUES ('2025-05-02', 'A')"])
    now = look_at(tmp_path, url, DAY)
    assert isinstance(now.facts, SourceFacts)
    assert (now.facts.tables["mz_jsb"].read, now.facts.tables["mz_jsb"].rows) == (True, 1)
    assert now.facts.activity["mz_jsb"].last == "2025-05-02"


def test_a_user_who_may_only_select_gets_an_inspection_with_what_was_not_shown_as_not_verified(tmp_path: Path) -> None:
    reader = f"feijian_{uuid.uuid4().hex[:8]}"
    with postgresql_database() as url:
        write_centre(url, visits=20)
        run(url, (f"CREATE ROLE {reader} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}"))
        try:
            now = look_at(tmp_path, re.sub("//[^@]*@", f"//{reader}@", url), DAY)
        finally:
            run(url, (f"DROP OWNED BY {reader}", f"DROP ROLE {reader}"))
    assert now.facts is not None
    assert told(now, "transactions").outcome is Outcome.NOT_VERIFIED
    assert "pg_read_all_stats" in told(now, "transactions").reason
    assert told(now, "connections").outcome is Outcome.PASSED


def test_a_record_comes_back_from_json_as_it_was(his: Path, tmp_path: Path) -> None:
    now = look_at(tmp_path, f"sqlite:///{his}", DAY)
    assert Inspection.from_json(json.loads(json.dumps(now.to_json()))) == now


def test_every_engine_answers_every_question_and_only_with_a_select() -> None:
    for path in sorted(ENGINE_FILES.glob("*.toml")):
        content = read_toml(path)
        for product in content["products"]:
            engine = engine_of(f"{product} 1")
            for name in QUESTIONS:
                asked = engine.questions[name]
                assert {"sql", "untold", "never"} & set(asked), (path.name, name)
                for sql in (asked.get(key, "SELECT") for key in ("sql", "when")):
                    assert sql.lstrip().startswith("SELECT"), (path.name, name)
                    assert ";" not in sql
                assert ("when" in asked) == ("otherwise" in asked)


def test_a_product_that_nobody_knows_is_not_verified_throughout() -> None:
    assert engine_of("Unheard 7").questions == {}


def test_a_mistake_in_the_thresholds_is_named(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    path = tmp_path / "inspection.toml"
    for old, new, named in (
        ("backup_days = 7 ", "backup_day = 7 ", "backup_day"),
        ("backup_days = 7 ", 'backup_days = "7" ', "backup_days"),
        ("'临时|备份'", "'(临时'", "写法有误"),
        ('title = "备份"\n', "", "title"),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(SettingsError, match=named):
            read_guide(path)
        read_guide.cache_clear()


def test_old_runs_and_the_folders_of_our_store_are_weighed(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "sqlite:///none")
    for name, age in (("20240101-000000-H1", 400), ("20260101-000000-H1", 0)):
        run_folder = settings.runs / name
        run_folder.mkdir(parents=True)
        (run_folder / "settings.json").write_text('{"org": "H1"}', encoding="utf-8")
        at = time.time() - age * 86_400
        os.utime(run_folder, (at, at))
    found = look_at_store(settings, today(), 90)
    assert (found.old_runs, found.old_size) == (("20240101-000000-H1",), 13)
    assert found.folders == {"runs": 26}
    assert found.total > found.free > 0


def test_the_flow_is_what_the_command_does_and_ends_in_an_error_when_a_source_is_down(
    place: Path,
) -> None:
    deployed = re.search(r"entrypoint: (\S+):(monthly_inspection)", (ROOT / "prefect.yaml").read_text("utf-8"))
    assert deployed
    tree = ast.parse((ROOT / deployed[1]).read_text("utf-8"))
    (flow,) = (one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == deployed[2])
    called = {node.func.id for node in ast.walk(flow) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert "inspect_or_raise" in called
    file, _ = inspect_or_raise(load_settings(), ["centre"], date(2025, 1, 2))
    assert file.name == "巡检报告_2025-01-02.html"
    with pytest.raises(SourceError, match="未能巡检：down"):
        inspect_or_raise(load_settings(), [], date(2025, 2, 3))
    assert told(record(place, "centre/2025-02.json"), "present").outcome is Outcome.PASSED


def test_a_source_read_by_an_adapter_of_the_customers_own_is_inspected(
    place: Path, his: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = place / "sources" / "town" / "source.toml"
    layer.parent.mkdir(parents=True)
    layer.write_text('title = "某镇"\nextends = "sample"\n', encoding="utf-8")
    config = f'[sources.town]\nadapter = "town"\nurl = "sqlite:///{his}"\n'
    (place / "feijian.toml").write_text(config, encoding="utf-8")
    assert main(["inspect", "--day", "2025-01-02"]) < 2
    assert "某镇（town）" in capsys.readouterr().out

"""The prior year in the export: what is the same passes, what breaks is refused before anything could leave."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from flows.cli import main
from schemas.result import Outcome
from tests.house import FORM, Exported, carrying_on, write_centre
from tests.mangled import read_table, write_text
from tests.spec.test_layers import layer

PERIOD = ["--from", "2024-01-01", "--to", "2024-12-31"]


@pytest.fixture
def folder(clean: Exported, workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder in which the clean centre is configured as a source, and the year need not be read again."""
    monkeypatch.setattr("flows.commands.start_run", carrying_on(clean))
    toml = f'[sources.centre]\nadapter = "sample"\nurl = "{clean.job.source.location()}"\n'
    (workdir / "feijian.toml").write_text(toml, encoding="utf-8")
    return workdir


def export(org: str, *more: str) -> int:
    return main(["export", "--source", "centre", "--org", org, *PERIOD, *more])


def prior_check(folder: Path) -> dict[str, object]:
    [package] = (folder / "deliver").iterdir()
    report = json.loads((package / "deliver" / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    return next(check for check in report["checks"] if check["id"] == "prior.format")


def drift(folder: Path) -> dict[str, object]:
    [path] = folder.glob("runs/*/drift/reports/drift.json")
    record: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return record


def differences(record: dict[str, object]) -> list[dict[str, str]]:
    tables: list[dict[str, list[dict[str, str]]]] = record["tables"]  # type: ignore[assignment]
    general: list[dict[str, str]] = record["general"]  # type: ignore[assignment]
    return [*general, *(one for table in tables for one in table["differences"])]


def test_without_a_prior_year_the_consistency_is_not_verified(clean: Exported) -> None:
    assert clean.check("prior.format").outcome is Outcome.NOT_VERIFIED


def test_the_same_data_again_are_consistent_with_their_own_package(folder: Path, clean: Exported) -> None:
    assert export(clean.job.org, "--prior", str(clean.published.folder)) == 0
    assert prior_check(folder)["outcome"] == Outcome.PASSED
    assert differences(drift(folder)) == []


def test_a_column_that_last_year_had_blocks_the_export(
    folder: Path, clean: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    layer(folder / "formats", "site/2023", "SETTLE_MZ,PATIENT_NAME,add,settlement.psn_no,上年有姓名,2023-02-01\n")
    assert export(clean.job.org, "--prior", "site/2023") == 3
    said = capsys.readouterr().err
    assert "SETTLE_MZ.PATIENT_NAME" in said and "破坏性" in said and "上年" in said and "本年：无" in said
    assert not (folder / "deliver").exists()
    [report] = folder.glob("runs/*/drift/reports/drift.html")
    assert "PATIENT_NAME" in report.read_text(encoding="utf-8")
    assert str(report.relative_to(folder)) in said or str(report) in said


def test_a_signed_decision_lifts_the_block_and_stands_in_the_package(folder: Path, clean: Exported) -> None:
    layer(folder / "formats", "site/2023", "SETTLE_MZ,PATIENT_NAME,add,settlement.psn_no,上年有姓名,2023-02-01\n")
    signed = "SETTLE_MZ,PATIENT_NAME,column_missing,按规定不再提供姓名,李局长,2024-05-01\n"
    layer(folder / "formats", "site/2024", "", signed=signed)
    assert export(clean.job.org, "--prior", "site/2023", "--overlay", "site/2024") == 0
    assert prior_check(folder)["outcome"] == Outcome.WARNED
    [package] = (folder / "deliver").iterdir()
    report = (package / "deliver" / "reports" / "drift.md").read_text(encoding="utf-8")
    assert "李局长" in report and "2024-05-01" in report


def test_a_compatible_difference_passes_with_a_note(folder: Path, clean: Exported) -> None:
    place = len(FORM.table("SETTLE_MZ").columns)
    last = FORM.table("SETTLE_MZ").columns[place - 1].name
    layer(folder / "formats", "site/2023", f"SETTLE_MZ,{last},drop,,上年没有,2023-02-01\n")
    record = [main(["format", "diff", "site/2023", "nhsa/2024", "--json"])]
    assert record == [0]
    assert export(clean.job.org, "--prior", "site/2023") == 0
    found = [one for one in differences(drift(folder)) if one["column"] == last]
    assert [one["level"] for one in found] == ["兼容"]


def test_last_years_files_are_learnt_on_the_fly(
    folder: Path, clean: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    table = read_table(clean)
    (folder / "上年").mkdir()
    write_text(folder / "上年" / "SETTLE_MZ.csv", table.header, table.rows)
    assert main(["format", "diff", "上年", str(clean.published.folder), "--json"]) in (0, 1)
    found = [one for one in differences(json.loads(capsys.readouterr().out)) if one["table"] == "SETTLE_MZ"]
    assert found == []


def test_a_learnt_pack_brings_its_profile_along(folder: Path, clean: Exported) -> None:
    shutil.copytree(clean.deliver / "data", folder / "上年")
    assert main(["format", "learn", "上年", "--as", "site/2023"]) == 0
    assert export(clean.job.org, "--prior", "site/2023") == 0
    assert differences(drift(folder)) == []
    [package] = (folder / "deliver").iterdir()
    report = json.loads((package / "deliver" / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    assert "prior.content" not in {check["id"] for check in report["checks"]}


def test_a_mandatory_column_that_fell_empty_blocks_the_export(
    clean: Exported, tmp_path: Path, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write_centre(url, faults=("missing_doctor_name",))
    (workdir / "feijian.toml").write_text(f'[sources.centre]\nadapter = "sample"\nurl = "{url}"\n', encoding="utf-8")
    assert export(clean.job.org, "--prior", str(clean.published.folder)) == 3
    said = capsys.readouterr().err
    assert "DOCTOR_NAME" in said and "必填" in said


def test_files_that_leave_questions_must_be_learnt_first(
    folder: Path, clean: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    table = read_table(clean)
    (folder / "上年").mkdir()
    write_text(folder / "上年" / "SETTLE_MZ.csv", [{"HISID": "DJBH_X"}.get(n, n) for n in table.header], table.rows)
    assert export(clean.job.org, "--prior", "上年") == 2
    assert "feijian format learn" in capsys.readouterr().err


def test_a_damaged_package_is_no_measure(folder: Path, clean: Exported, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(clean.published.folder, folder / "上年")
    victim = next((folder / "上年" / "deliver" / "data").iterdir())
    victim.write_bytes(victim.read_bytes()[:-5])
    assert export(clean.job.org, "--prior", "上年") == 2
    assert victim.name in capsys.readouterr().err


def test_a_prior_year_that_does_not_exist_is_said_before_the_work_begins(
    folder: Path, clean: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(clean.job.org, "--prior", "site/1999") == 2
    assert "site/1999" in capsys.readouterr().err
    assert not (folder / "runs").exists()


def test_pandera_holds_this_years_rows_against_last_years_widths(folder: Path, clean: Exported) -> None:
    layer(folder / "formats", "site/2023", "SETTLE_MZ,DOCTOR_NAME,length,1,上年很窄,2023-02-01\n")
    assert export(clean.job.org, "--prior", "site/2023") == 0
    [package] = (folder / "deliver").iterdir()
    report = json.loads((package / "deliver" / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    [found] = [one for one in report["checks"] if one["id"] == "prior.SETTLE_MZ.DOCTOR_NAME.width"]
    [(rows,)] = clean.query("SELECT count(*) FROM SETTLE_MZ WHERE length(DOCTOR_NAME) > 1")
    assert (found["outcome"], found["failing"]) == (Outcome.WARNED, rows)


def test_thresholds_are_configured_and_a_wrong_one_is_refused(
    folder: Path, clean: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "feijian.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[drift]\nno_such_limit = 1\n", encoding="utf-8")
    assert export(clean.job.org, "--prior", "nhsa/2024") == 2
    assert "no_such_limit" in capsys.readouterr().err


def test_the_same_report_twice_is_the_same_bytes(folder: Path, clean: Exported) -> None:
    written = []
    for name in ("a", "b"):
        assert main(["format", "diff", "nhsa/2024", str(clean.published.folder), "--out", name]) in (0, 1)
        written.append({path.name: path.read_bytes() for path in (folder / name).iterdir()})
    assert written[0] == written[1]
    assert {"drift.md", "drift.html", "drift.xlsx", "drift.json"} == set(written[0])


def test_the_older_vocabulary_is_recognised_not_dropped_and_added(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["format", "diff", "nhsa/legacy", "nhsa/2024", "--json"]) == 3
    found = differences(json.loads(capsys.readouterr().out))
    renamed = {(one["old"].split(" ")[0], one["new"].split(" ")[0]) for one in found if one["kind"] == "column_renamed"}
    assert ("SOCIAL_CARD_ID", "SOCIAL_ID") in renamed
    assert ("MEDICAL_RECORD_ID", "BRIDGE_ID") in renamed
    [split] = [one for one in found if one["kind"] == "table_split" and one["table"] == "SETTLE_ZY"]
    assert "SETTLE_ZY_DIAGNOSIS" in split["new"]
    missing = {one["column"] for one in found if one["kind"] == "column_missing"}
    assert not [name for name in missing if "DISEASE" in name]


def test_a_layer_may_be_diffed_against_what_it_lies_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer(folder / "formats", "site/2024", "SETTLE_MZ,MONTH,drop,,本院不要,2024-02-01\n")
    assert main(["format", "diff", "nhsa/2024", "site/2024"]) == 3
    said = capsys.readouterr().out
    assert "MONTH" in said and "SETTLE_MZ" in said


def test_list_and_show_name_formats_layers_and_changes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer(folder / "formats", "site/2024", "SETTLE_MZ,MONTH,drop,,本院不要,2024-02-01\n")
    assert main(["format", "list"]) == 0
    listed = capsys.readouterr().out
    assert "nhsa/2024" in listed and "nhsa/2024 ← site/2024" in listed
    assert main(["format", "show", "site/2024", "--table", "SETTLE_MZ"]) == 0
    shown = capsys.readouterr().out
    assert "本院不要" in shown and "HISID" in shown and " MONTH" not in shown.replace("SETTLE_MZ.MONTH", "")
    assert main(["format", "show", "site/2024", "--table", "NOPE"]) == 2


def test_the_overlaid_package_is_verified_with_the_format_it_carries(folder: Path, clean: Exported) -> None:
    layer(folder / "formats", "site/2024", "SETTLE_MZ,DOCTOR_NAME,emit_as,DOC_NAME,旧名,2024-02-01\n")
    assert export(clean.job.org, "--overlay", "site/2024") == 0
    [package] = (folder / "deliver").iterdir()
    shutil.rmtree(folder / "formats")
    assert main(["verify", str(package)]) == 0
    with (package / "deliver" / "format" / "columns.csv").open(encoding="utf-8") as handle:
        assert "DOC_NAME" in {row["emit_as"] for row in csv.DictReader(handle)}

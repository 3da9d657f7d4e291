"""A rehearsal: one month whole, and what it foresees of the year, held against the year itself."""

import json
import sqlite3
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from tests.house import Exported

PERIOD = ["--from", "2024-01-01", "--to", "2024-12-31"]


@pytest.fixture
def folder(clean: Exported, workdir: Path) -> Path:
    configure(workdir, clean)
    return workdir


def configure(folder: Path, clean: Exported) -> None:
    toml = f'[sources.centre]\nadapter = "sample"\nurl = "{clean.job.source.location()}"\n'
    (folder / "feijian.toml").write_text(toml, encoding="utf-8")


def rehearse(org: str, month: str, *more: str) -> int:
    return main(["export", "--source", "centre", "--org", org, *PERIOD, "--rehearse", month, *more])


@dataclass(frozen=True)
class Rehearsed:
    """March, rehearsed: its package, and what the command said of it."""

    package: Path
    said: dict[str, Any]


@pytest.fixture(scope="module")
def march(clean: Exported, tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    folder, said = tmp_path_factory.mktemp("march"), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.chdir(folder)
        patch.delenv("FEIJIAN_CONFIG", raising=False)
        patch.delenv("PREFECT_API_URL", raising=False)
        configure(folder, clean)
        assert rehearse(clean.job.org, "2024-03", "--json") == 0
    [package] = (folder / "deliver").iterdir()
    return Rehearsed(package, json.loads(said.getvalue()))


def test_a_rehearsal_is_a_whole_package_of_one_month(march: Rehearsed, clean: Exported) -> None:
    package = march.package
    assert package.name == f"{clean.job.org}_20240301-20240331_rehearsal_v1"
    manifest = json.loads((package / "deliver" / "datapackage.json").read_text(encoding="utf-8"))
    assert manifest["feijian:rehearsal_of"] == {"from": "2024-01-01", "to": "2024-12-31"}
    assert "演练" in manifest["title"]
    assert {one["feijian:table"] for one in manifest["resources"]} == {table.name for table in clean.delivery.tables()}
    assert main(["verify", str(package)]) == 0


def test_the_forecast_meets_the_year(march: Rehearsed, clean: Exported) -> None:
    forecast = march.said["forecast"]
    manifest = clean.delivery.manifest
    year: dict[str, int] = {}
    for record in manifest["resources"]:
        year[record["feijian:table"]] = year.get(record["feijian:table"], 0) + record["feijian:rows"]
    for table in ("SETTLE_MZ", "SETTLE_MZ_DETAIL", "HIS_VS_YB_DELIVER", "CONVERT_UNIT"):
        assert year[table] * 0.6 < forecast["rows"][table] < year[table] * 1.6, table
    size = sum(record["bytes"] for record in (*manifest["resources"], *manifest["feijian:files"]))
    assert size * 0.6 < forecast["bytes"] < size * 1.6


def test_what_fails_in_the_month_is_foreseen_for_the_year(
    tmp_path: Path, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.centre import DEMO_ORG
    from tests.house import write_centre

    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write_centre(url, 200)
    with closing(sqlite3.connect(tmp_path / "his.sqlite")) as database, database:
        database.execute("UPDATE mz_jsb SET zje = zje + 50 WHERE jszt = '1' AND tfbz = '0'")
    (workdir / "feijian.toml").write_text(f'[sources.centre]\nadapter = "sample"\nurl = "{url}"\n', encoding="utf-8")
    seen = 0
    for month in ("2024-03", "2024-06"):
        code = rehearse(DEMO_ORG, month, "--json")
        forecast = json.loads(capsys.readouterr().out)["forecast"]
        failed = [one for one in forecast["findings"] if one["outcome"] == "不通过"]
        assert bool(failed) is (code == 1)
        seen += sum(one["year"] >= one["month"] for one in failed)
    assert seen


def test_the_forecast_lies_in_local_and_never_in_deliver(march: Rehearsed) -> None:
    text = (march.package / "local" / "forecast.md").read_text(encoding="utf-8")
    assert "全期约" in text and "2024-03" in text
    assert not list((march.package / "deliver").rglob("forecast*"))


@pytest.mark.parametrize(("month", "said"), [("2024-13", "2024-03"), ("2023-05", "不在检查期间"), ("三月", "2024-03")])
def test_a_month_that_is_none_is_refused(
    folder: Path, clean: Exported, capsys: pytest.CaptureFixture[str], month: str, said: str
) -> None:
    assert rehearse(clean.job.org, month) == 2
    assert said in capsys.readouterr().err


def test_a_rehearsal_is_compared_with_the_prior_year_too(folder: Path, clean: Exported) -> None:
    assert rehearse(clean.job.org, "2024-03", "--prior", str(clean.published.folder)) == 0
    [package] = (folder / "deliver").iterdir()
    record = json.loads((package / "deliver" / "reports" / "drift.json").read_text(encoding="utf-8"))
    assert record["exit_code"] in (0, 1)

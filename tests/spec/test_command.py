"""The command as a vendor engineer uses it."""

import json
import re
from pathlib import Path

import pytest

from exports.manifest import read_manifest
from flows.cli import build_parser, main
from flows.commands import COMMANDS
from flows.settings import load_settings
from tests.centre import DEMO_ORG, FAULTS

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "reference" / "manual" / "操作手册.md").read_text(encoding="utf-8")


def test_demo_makes_a_package_without_configuration_or_server(
    workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--visits", "150"]) == 0
    said = capsys.readouterr().out
    for number in range(1, 13):
        assert re.search(rf"V{number} ", said)
    assert "可以交付" in said
    [package] = (workdir / "demo" / "deliver").iterdir()
    assert str(package.relative_to(workdir)) in said
    assert (package / "deliver" / "reports" / "acceptance.md").is_file()
    assert (package / "deliver" / "datapackage.json.sig").is_file()
    assert "已签名，公钥指纹" in said
    assert (package / "deliver" / "xlsx" / f"{DEMO_ORG}_SETTLE_MZ.xlsx").is_file()


def test_demo_with_faults_says_what_stands_in_the_way(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--visits", "150", "--faults", "missing_doctor_name", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["ready"] is False
    assert [one["id"] for one in record["official"] if one["outcome"] == "不通过"] == ["V10"]


def test_the_faults_are_listed_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--faults", "list"]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert [line.split()[0] for line in lines] == list(FAULTS)


def test_sample_export_runs_and_verify(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "sqlite:///his.sqlite", "--visits", "100", "--seed", "7"]) == 0
    text = '[sources.centre]\nadapter = "sample"\nurl = "sqlite:///his.sqlite"\n'
    (workdir / "feijian.toml").write_text(text, encoding="utf-8")
    period = ["--from", "2024-03-01", "--to", "2024-05-31"]
    assert main(["export", "--source", "centre", "--org", DEMO_ORG, *period, "--json"]) == 0
    record = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert record["package"].endswith(f"{DEMO_ORG}_20240301-20240531_v1")

    assert main(["runs"]) == 0
    assert record["run"] in capsys.readouterr().out
    assert main(["runs", "--run", record["run"]]) == 0
    assert "sealed" in capsys.readouterr().out

    assert main(["verify", record["package"]]) == 0
    assert "完好" in capsys.readouterr().out
    victim = next((Path(record["package"]) / "deliver" / "data").glob("*SETTLE_MZ_202404*"))
    victim.write_bytes(victim.read_bytes() + b"x\n")
    assert main(["verify", record["package"]]) == 1
    assert victim.name in capsys.readouterr().out


def test_changed_data_make_a_new_version_and_keep_the_old_one(workdir: Path) -> None:
    text = '[sources.centre]\nadapter = "sample"\nurl = "sqlite:///his.sqlite"\n'
    (workdir / "feijian.toml").write_text(text, encoding="utf-8")
    for seed in ("1", "2"):
        main(["sample", "sqlite:///his.sqlite", "--visits", "60", "--seed", seed, "--force"])
        main(["export", "--source", "centre", "--org", DEMO_ORG, "--from", "2024-01-01", "--to", "2024-12-31"])
    versions = sorted(path.name for path in (workdir / "deliver").iterdir())
    assert versions == [f"{DEMO_ORG}_20240101-20241231_v{number}" for number in (1, 2)]
    inside = [read_manifest(workdir / "deliver" / name / "deliver")["feijian:version"] for name in versions]
    assert inside == [1, 2]


def test_init_writes_a_file_that_can_be_read_and_is_not_overwritten(
    workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init"]) == 0
    assert load_settings(workdir).sources == {}
    assert main(["init"]) == 2
    assert "已存在" in capsys.readouterr().err
    assert main(["init", "--force"]) == 0


def test_every_command_has_chinese_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit) as stopped:
            build_parser().parse_args([name, "--help"])
        assert stopped.value.code == 0
        said = capsys.readouterr().out
        assert "用法：" in said
        assert not re.search(r"\b(usage|options|show this|positional)\b", said)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_manual_or_the_quick_start(name: str) -> None:
    assert f"feijian {name}" in MANUAL + (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_option_of_export_stands_in_the_manual() -> None:
    help_text = build_parser().format_help()
    assert "export" in help_text
    for option in ("--source", "--org", "--from", "--to", "--finance", "--out", "--format", "--prefect"):
        assert option in MANUAL, option

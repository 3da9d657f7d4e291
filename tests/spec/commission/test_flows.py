"""The deployments name flows that there are, with parameters as a Chinese form; they do what the command does."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prefect.utilities.callables import parameter_schema

from schemas.errors import FeijianError, SettingsError

ROOT = Path(__file__).resolve().parents[3]


def deployments() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    return found


def flow_of(deployment: dict[str, Any]) -> Any:
    file, _, name = deployment["entrypoint"].partition(":")
    return getattr(import_module(file.removesuffix(".py").replace("/", ".")), name)


@pytest.mark.parametrize("deployment", deployments(), ids=lambda one: one["name"])
def test_a_deployment_names_a_flow_and_gives_it_parameters_that_it_has(deployment: dict[str, Any]) -> None:
    properties = parameter_schema(flow_of(deployment)).properties
    assert set(deployment.get("parameters", {})) <= set(properties)


@pytest.mark.parametrize("name", ["每晚同步卫健委数据", "卫健委报表"])
def test_the_form_of_a_commission_flow_explains_each_parameter_in_chinese(name: str) -> None:
    [deployment] = [one for one in deployments() if one["name"] == name]
    for parameter, facts in parameter_schema(flow_of(deployment)).properties.items():
        words = facts.get("title", "") + facts.get("description", "")
        assert any("\u4e00" <= sign <= "\u9fff" for sign in words), parameter


def test_the_nightly_sync_runs_at_two_in_shanghai() -> None:
    [deployment] = [one for one in deployments() if one["name"] == "每晚同步卫健委数据"]
    assert deployment["schedules"] == [{"cron": "0 2 * * *", "timezone": "Asia/Shanghai"}]


def test_the_sync_flow_brings_what_the_command_brings(synced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("flows.nightly_sync")
    monkeypatch.setattr(module, "sync_task", module.sync_task.fn)
    assert module.nightly_sync.fn(["special"]) == {"special": 0}
    with pytest.raises(FeijianError, match="nothing：没有名为 nothing 的数据源"):
        module.nightly_sync.fn(["nothing", "special"])


def test_the_report_flow_writes_the_workbook_for_an_account(
    synced: Path, accounts: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("flows.report_pack")
    monkeypatch.setattr(module, "report_task", module.report_task.fn)
    file = module.report_pack.fn("dq-annex", "650402", "2024Q2")
    assert Path(file).is_file() and Path(file).name == "dq-annex-650402-2024Q2.xlsx"
    accounts()
    with pytest.raises(SettingsError, match="请用 --as"):
        module.report_pack.fn("dq-annex", "650402", "2024Q2")

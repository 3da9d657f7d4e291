"""Fixtures that many tests share: the clean centre, exported once."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

import tests.bytecode  # noqa: F401  (before what is slow to compile)
from tests.house import Exported, export_centre, made_once


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The clean centre's package, from SQLite."""
    return made_once(tmp_path_factory, "clean", export_centre)


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder without any configuration of the machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEIJIAN_CONFIG", raising=False)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return tmp_path


LONGEST = (
    "test_rules", "test_truth", "test_learn", "test_reports", "test_prior", "test_flow", "test_openhis", "test_marks",
    "test_learn_odd", "test_acceptance", "test_package", "test_killed", "test_messages", "test_nothing_lost",
    "test_entitlement_publication", "test_readers", "test_formats", "test_checks", "test_layers", "test_answers",
    "test_workbook_survival", "test_notebooks", "test_command", "test_cut", "test_no_password", "test_disk_full",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files go to one worker: the longest first, so that none is left alone with one at the end."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONGEST)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skip is a failure, except where a test needs data that the project may not hold."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not item.get_closest_marker("foreign_data"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report

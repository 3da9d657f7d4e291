"""Fixtures that many tests share: the clean centre, exported once."""

from pathlib import Path

import pytest

from tests.house import Exported, export_centre


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The clean centre's package, from SQLite."""
    return export_centre(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder without any configuration of the machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEIJIAN_CONFIG", raising=False)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return tmp_path

"""A small county, brought into a lake once for all tests and workers that ask for it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from flows.lake.sync import sync
from flows.settings import load_settings
from tests.county import County, CountySettings, generate
from tests.county.write import configuration, write_county

SMALL = CountySettings(centres=2, clinics=4, per_village=8)
AREA = "650402"


@pytest.fixture(scope="session")
def county() -> County:
    """The small county as planned."""
    return generate(SMALL)


@pytest.fixture(scope="session")
def small_lake(tmp_path_factory: pytest.TempPathFactory, county: County) -> Path:
    """The folder with `county.sqlite`, `feijian.toml` and the lake; shared by all workers, to be read only."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small_county"
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").is_file():
            write_county(county, folder / "county.sqlite")
            (folder / "feijian.toml").write_text(configuration(folder / "county.sqlite"), encoding="utf-8")
            settings = load_settings(folder)
            for name in settings.sources:
                sync(settings, name, lambda line: None)
            (folder / "ready").touch()
    return folder


@pytest.fixture
def synced(small_lake: Path, workdir: Path) -> Path:
    """A working folder of the test's own on the shared lake's files: what is written stays with the test."""
    shutil.copy(small_lake / "feijian.toml", workdir)
    (workdir / "lake").mkdir()
    shutil.copy(small_lake / "lake" / "catalogue.json", workdir / "lake")
    (workdir / "lake" / "data").symlink_to(small_lake / "lake" / "data", target_is_directory=True)
    return workdir


@pytest.fixture
def accounts(synced: Path) -> Callable[[], None]:
    """Adds accounts to the configuration: `county`, `township` and `other` (another county's)."""

    def add() -> None:
        with (synced / "feijian.toml").open("a", encoding="utf-8") as file:
            for name, area in (("county", AREA), ("township", "650402C01"), ("other", "650421")):
                file.write(f'\n[accounts.{name}]\narea = "{area}"\ntop = "C"\n')

    return add

"""The scene of every interruption: a tiny centre, a store for each run, and what stands in it afterwards."""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.run import LEDGER, Run, list_runs
from tests.centre import DEMO_ORG, CentreSettings, generate
from tests.interruptions.nursery import SAID

FIRST, LAST = "2024-01-01", "2024-01-31"
URL_ENV = "FEIJIAN_TEST_SOURCE"
EXPORT = ("export", "--source", "centre", "--org", DEMO_ORG, "--from", FIRST, "--to", LAST)
STAGES = ("raw", "std", "findings", "out", "validation", "drift", "rendered", "sealed")
_CONFIG = """threads = 2
[sources.centre]
adapter = "sample"
url_env = "{url_env}"
{manners}
"""


def tiny_centre() -> dict[str, pa.Table]:
    """A centre of one month and two dozen visits."""
    return generate(
        CentreSettings(visits=24, seed=7, date_from=date.fromisoformat(FIRST), date_to=date.fromisoformat(LAST))
    )


@dataclass(frozen=True)
class Store:
    """A working folder in which commands run, with one source that the environment names."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, keys: Path | None = None, manners: str = "") -> "Store":
        """A new one, with the signing key of another, and with lines of `[sources.centre]`."""
        folder.mkdir(parents=True, exist_ok=True)
        if keys:
            shutil.copytree(keys, folder / "keys")
        (folder / "feijian.toml").write_text(_CONFIG.format(url_env=URL_ENV, manners=manners), encoding="utf-8")
        return cls(folder)

    @property
    def run(self) -> Run:
        """The only run."""
        [run] = list_runs(self.folder / "runs")
        return run

    @property
    def packages(self) -> list[Path]:
        """Every package that can be seen."""
        return sorted((self.folder / "deliver").glob("[!.]*"))

    def ledger(self) -> list[dict[str, Any]]:
        """The lines of the run's ledger."""
        return self.run.notes()

    def notes_are_whole(self) -> bool:
        """Whether every line of the ledger can be read, but for the last that a kill may have torn."""
        path = self.run.folder / LEDGER
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return len(self.run.notes()) >= len(lines) - 1

    def said(self) -> str:
        """Everything that commands in this folder have said."""
        return (self.folder / SAID).read_text(encoding="utf-8")

    def strays(self) -> list[str]:
        """What lies about that only an unfinished run may hold."""
        found = [*(self.folder / "deliver").glob(".*"), *(self.run.folder / f".{stage}" for stage in STAGES)]
        return sorted(str(path.relative_to(self.folder)) for path in found if path.exists())


def package_files(store: Store) -> dict[str, str]:
    """The SHA-256 of every file that leaves the house, of the only package there is."""
    [package] = store.packages
    return {f"{package.name}/{name}": digest for name, digest in tree_digests(package / "deliver").items()}


def tree_digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

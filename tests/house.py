"""How tests make a centre and export it."""

import os
import pickle
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pytest
from filelock import FileLock

from exports.acceptance.package import Delivery
from exports.manifest import read_manifest
from flows.export import STAGES, export, run_stage
from flows.job import Job, make_job
from flows.publish import Published
from flows.run import Run, start_run, tree_sha256
from flows.settings import Settings, SourceSettings
from schemas.registry import load_format
from schemas.result import CheckResult
from tests.centre import DEMO_ORG, CentreSettings, generate, write

VISITS = 400
TO_STD = ("raw", "std", "findings")
TO_OUT = (*TO_STD, "out", "validation")
FIRST, LAST = "2024-01-01", "2024-12-31"


@dataclass(frozen=True)
class Exported:
    """A package with the run that made it."""

    published: Published
    run: Run
    job: Job

    @property
    def deliver(self) -> Path:
        return self.published.folder / "deliver"

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.deliver, read_manifest(self.deliver), self.job.form)

    def official(self, number: str) -> CheckResult:
        return next(result for result in self.published.official if result.id == number)

    def check(self, identifier: str) -> CheckResult:
        from flows.steps.check import load_results

        stages = ("findings", "validation", "drift")
        results = [one for stage in stages for one in load_results(self.run.part(stage) / "results.json")]
        return next(result for result in results if result.id == identifier)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the written files, read back."""
        with duckdb.connect() as database:
            self.delivery.open_views(database)
            return database.execute(sql).fetchall()

    def data(self) -> dict[str, bytes]:
        """Every file of `deliver/data` with its bytes."""
        return {path.name: path.read_bytes() for path in sorted((self.deliver / "data").iterdir())}

    def copied(self, folder: Path) -> "Exported":
        """The same in a store of its own, byte for byte; the source stays where it is."""
        old = self.job.settings.store
        shutil.copytree(old, folder, symlinks=True, dirs_exist_ok=True)
        settings = replace(self.job.settings, store=folder, deliver=folder / self.job.settings.deliver.relative_to(old))
        published = replace(self.published, folder=folder / self.published.folder.relative_to(old))
        run = Run(folder / self.run.folder.relative_to(old))
        return Exported(published, run, replace(self.job, settings=settings))


def settings_for(folder: Path, url: str) -> Settings:
    return Settings(
        store=folder,
        deliver=folder / "deliver",
        memory_limit="1GB",
        threads=1,
        loadback_url_env="FEIJIAN_TEST_UNSET",
        loadback_mysql_url_env="FEIJIAN_TEST_UNSET",
        sources={"centre": SourceSettings("centre", "sample", url)},
    )


def write_centre(url: str, visits: int = VISITS, faults: tuple[str, ...] = (), seed: int = 1) -> None:
    write(generate(CentreSettings(visits=visits, faults=faults, seed=seed)), url)


def export_from(folder: Path, url: str, first: str = FIRST, last: str = LAST, finance: Path | None = None) -> Exported:
    job = make_job("centre", DEMO_ORG, first, last, "nhsa/2024", finance, settings_for(folder, url))
    run = start_run(job.settings.runs, job.record())
    return Exported(export(job, run, lambda line: None), run, job)


def carry_on(done: Exported, run: Run, stages: Iterable[str]) -> Run:
    """Give a new run stages that an earlier one of the same source, institution and period did; it does the others."""
    asked, before = run.asked(), done.run.asked()
    assert all(asked[name] == before[name] for name in ("adapter", "org", "from", "to"))
    for stage in stages:
        shutil.copytree(done.run.part(stage), run.part(stage))
        run.note(stage=stage, seconds=0, sha256=tree_sha256(run.part(stage)))
    return run


def export_on(done: Exported, folder: Path, job: Job, stages: Iterable[str]) -> Exported:
    """Export a job, into a store of its own, that differs from an earlier one only in what comes after these stages."""
    job = replace(job, settings=replace(job.settings, store=folder, deliver=folder / "deliver"))
    run = carry_on(done, start_run(job.settings.runs, job.record()), stages)
    return Exported(export(job, run, lambda line: None), run, job)


def go_until(last: str, job: Job, run: Run) -> Run:
    """Do the stages of an export up to one of them."""
    for stage in STAGES:
        run_stage(stage, job, run, lambda line: None)
        if stage.name == last:
            break
    return run


def carrying_on(done: Exported) -> Callable[[Path, dict[str, Any]], Run]:
    """What the command starts runs with when the source is that of an earlier export: its stages are there already.

    A run with layers of its own goes on from std, since layers may change what is assembled; one of another period or
    source begins at the beginning.
    """

    def started(runs: Path, record: dict[str, Any]) -> Run:
        run = start_run(runs, record)
        same = all(record[name] == done.job.record()[name] for name in ("source", "org", "from", "to", "format"))
        return carry_on(done, run, TO_STD if record["overlays"] else TO_OUT) if same else run

    return started


def export_centre(folder: Path, *faults: str, visits: int = VISITS) -> Exported:
    url = f"sqlite:///{folder / 'his.sqlite'}"
    write_centre(url, visits, faults)
    return export_from(folder, url)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Exported]) -> Exported:
    """A package that the first worker to ask for it makes; each worker gets a copy, which it may spoil."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return make(factory.mktemp(name))
    kept = factory.getbasetemp().parent / f"{name}.pickle"
    with FileLock(kept.with_suffix(".lock")):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make(factory.mktemp(f"{name}-original"))))
    done: Exported = pickle.loads(kept.read_bytes())
    return done.copied(factory.mktemp(name))


def require_server(url: str, connect: Any) -> None:
    """Skip with a reason when the server does not answer."""
    try:
        connect(url)
    except Exception as error:
        pytest.skip(f"no server at {url.rsplit('@', 1)[-1]}: {str(error).splitlines()[0]}")


@contextmanager
def postgresql_database() -> Iterator[str]:
    """A fresh PostgreSQL database, dropped afterwards; its URL."""
    import adbc_driver_postgresql.dbapi as driver

    admin = os.environ.get("FEIJIAN_TEST_PG", "postgresql://root@127.0.0.1:5432/test")
    require_server(admin, lambda url: driver.connect(url).close())
    name = f"feijian_{uuid.uuid4().hex[:10]}"

    def run(sql: str) -> None:
        with driver.connect(admin, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(sql)

    run(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield admin.rsplit("/", 1)[0] + "/" + name
    finally:
        run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def mysql_database() -> Iterator[str]:
    """A fresh MariaDB database, dropped afterwards; its URL."""
    import pymysql

    from flows.sources.mysql import connection_arguments

    admin = os.environ.get("FEIJIAN_TEST_MYSQL", "mysql://root@127.0.0.1:3306/test")
    require_server(admin, lambda url: pymysql.connect(**connection_arguments(url)).close())
    name = f"feijian_{uuid.uuid4().hex[:10]}"

    def run(sql: str) -> None:
        with pymysql.connect(**connection_arguments(admin)) as connection, connection.cursor() as cursor:
            cursor.execute(sql)

    run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        yield admin.rsplit("/", 1)[0] + "/" + name
    finally:
        run(f"DROP DATABASE {name}")


def text_of(path: Path) -> str:
    """What stands in a file of a package: a paper is a zip of XML."""
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


FORM = load_format("nhsa/2024")

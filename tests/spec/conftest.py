"""The centre of the format tests, exported once in each of the other formats."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from exports.seal.keys import make_key
from flows.export import export
from flows.job import make_job
from flows.run import start_run
from tests.centre import DEMO_ORG, CentreSettings, generate, write
from tests.house import FIRST, LAST, Exported, made_once, settings_for
from tests.interruptions.killer import Scene, undisturbed
from tests.interruptions.nursery import Nursery, open_nursery
from tests.interruptions.scene import URL_ENV, Store, tiny_centre

SUPPLEMENT = "supplement/2024"
AWKWARD = "某 药,甲;乙|丙\t丁"


def export_as(form: str, folder: Path, url: str, overlays: tuple[str, ...] = ()) -> Exported:
    """Export the demo institution in a format, in a store of its own."""
    job = make_job("centre", DEMO_ORG, FIRST, LAST, form, None, settings_for(folder, url), overlays)
    run = start_run(job.settings.runs, job.record())
    return Exported(export(job, run, lambda line: None), run, job)


def _replace(table: pa.Table, column: str, rows: pa.Array, value: pa.Scalar) -> pa.Table:
    place = table.column_names.index(column)
    return table.set_column(place, table.schema.field(column), pc.if_else(rows, value, table[column]))


@pytest.fixture(scope="session")
def his(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small centre: one refund is of a bill from before the period, one item's name holds every awkward character."""
    tables = generate(CentreSettings(visits=200, seed=1))
    bills, lines = tables["mz_jsb"], tables["mz_fymx"]
    earlier = bills["yjsid"].drop_null()[0]
    before = pa.scalar(datetime(2023, 12, 20), pa.timestamp("us"))
    tables["mz_jsb"] = _replace(bills, "jssj", pc.equal(bills["jsid"], earlier), before)
    lines = lines.filter(pc.fill_null(pc.not_equal(lines["jsid"], earlier), True))
    tables["mz_fymx"] = _replace(lines, "xmmc", pc.equal(lines["xmdm"], lines["xmdm"][0]), pa.scalar(AWKWARD))
    url = f"sqlite:///{tmp_path_factory.mktemp('formats') / 'his.sqlite'}"
    write(tables, url)
    return url


@pytest.fixture(scope="session")
def audit(his: str, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The small centre in the Chinese-header templates of the audit tool."""
    return made_once(tmp_path_factory, "audit", lambda folder: export_as("audit-cn/2026", folder, his))


@pytest.fixture(scope="session")
def legacy(his: str, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The small centre in the older national vocabulary."""
    return made_once(tmp_path_factory, "legacy", lambda folder: export_as("nhsa/legacy", folder, his))


@pytest.fixture(scope="session")
def supplemented(his: str, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The small centre with the supplementary tables."""
    return made_once(tmp_path_factory, "supplement", lambda folder: export_as("nhsa/2024", folder, his, (SUPPLEMENT,)))


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where commands are started quickly."""
    with open_nursery() as opened:
        yield opened


@pytest.fixture(scope="session")
def scene(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The tiny centre in SQLite and what an undisturbed export of it leaves, signed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    environment = {URL_ENV: f"sqlite:///{folder / 'his.sqlite'}"}
    write(tiny_centre(), environment[URL_ENV])
    make_key(folder / "keys", None)
    return undisturbed(nursery, Store.made(folder / "store", folder / "keys"), environment)

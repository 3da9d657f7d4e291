"""The commission's side on a county of 250,000 residents with three years (36 million examination items).

    python -m tests.bench.commission [--lake folder] [--out tests/bench/commission.json]

Measured, each in a process of its own with 2 threads: one indicator value, report packs with their workbook, and a
first and second sync of the default synthetic county. `evaluate` is the time after the lake was opened.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from exports.commission.engine.evaluate import evaluate
from exports.duck import open_database
from exports.lake import open_lake
from schemas.indicator import find_indicator
from schemas.period import Period
from tests.bench.lake import make_lake
from tests.bench.measure import machine, measure
from tests.county import CountySettings, generate
from tests.county.place import COMMISSION_A
from tests.county.write import configuration, write_county

HERE = Path(__file__).parent
VERSIONS = ("duckdb", "pyarrow", "pandas", "pandera")
INDICATORS = ("TJ01", "TJ21", "GW08", "GW02")
PACKS = (("gw-quarter", "2024Q4"), ("exam-year", "2024"))
MEMORY = "3GB"


def value(folder: Path, identifier: str) -> float:
    """Evaluate one indicator of the last year on every organisation of the county; seconds after opening the lake."""
    lake = open_lake(folder / "lake")
    with open_database(folder, MEMORY, 2) as database:
        lake.attach(database)
        started = time.monotonic()
        result = evaluate(database, [find_indicator(identifier)], Period.parse("2024"), area=COMMISSION_A)
        took = time.monotonic() - started
    if not result.figures[0].numerator:
        raise RuntimeError(f"{identifier} counted nothing")
    return round(took, 2)


def apart(work: Callable[..., object], *arguments: object) -> None:
    """Do it in a process of its own, so that its memory is not counted."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}")


def make_county(folder: Path) -> None:
    """The default synthetic county as sources of a working folder."""
    folder.mkdir()
    write_county(generate(CountySettings()), folder / "county.db")
    (folder / "feijian.toml").write_text(configuration(folder / "county.db"), encoding="utf-8")


def lake_rows(folder: Path) -> dict[str, int]:
    """Rows of the tables that matter, and files of all."""
    lake = open_lake(folder / "lake")
    tables = ("health_archive", "exam_reg", "exam_item", "htn_visit", "op_visit", "svc_event")
    return {name: sum(part.rows for part in lake.of(name)) for name in tables} | {"files": len(lake.parts)}


def measured(name: str, command: list[str], folder: Path, **more: object) -> dict[str, object]:
    """Measure one command and print its line."""
    one = measure([sys.executable, *command], folder)
    record = {"what": name, **asdict(one), **more}
    print("  ".join(f"{key} {item}" for key, item in record.items()), flush=True)
    return record


def measure_lake(folder: Path) -> list[dict[str, object]]:
    """Values and packs from a lake that lies in `folder`."""
    (folder / "feijian.toml").write_text(f'memory_limit = "{MEMORY}"\n', encoding="utf-8")
    found = []
    for identifier in INDICATORS:
        told = folder / "value.json"
        command = ["-m", "tests.bench.commission", "--value", identifier, "--lake", str(folder), "--out", str(told)]
        found.append(measured(f"value {identifier}", command, folder))
        found[-1]["evaluate"] = json.loads(told.read_text(encoding="utf-8"))
        print(f"  evaluate {found[-1]['evaluate']}", flush=True)
    for pack, period in PACKS:
        command = ["-m", "flows.cli", "report", pack, "--area", COMMISSION_A, "--period", period, "--json", "--out"]
        found.append(measured(f"report {pack}", ["-c", _QUIET, *command[1:], f"{pack}.xlsx"], folder))
    return found


_QUIET = "import sys; from flows.cli import main; sys.exit(2 if main(sys.argv[2:]) == 2 else 0)"  # 1: a check failed


def measure_sync(folder: Path) -> list[dict[str, object]]:
    """A first and a second sync of the default county."""
    work = folder / "county"
    apart(make_county, work)
    return [measured(name, ["-m", "flows.cli", "sync", "--json"], work) for name in ("sync first", "sync again")]


def main() -> None:
    """Make the lake, measure, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", type=Path, help="a working folder with a lake made before; made anew when not given")
    parser.add_argument("--value", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=HERE / "commission.json")
    options = parser.parse_args()
    if options.value:
        options.out.write_text(json.dumps(value(options.lake, options.value)), encoding="utf-8")
        return
    os.environ["PYTHONPATH"] = str(HERE.parents[1])
    with tempfile.TemporaryDirectory(prefix="feijian-bench-") as name:
        folder = options.lake or Path(name)
        started = time.monotonic()
        if not (folder / "lake").is_dir():
            apart(make_lake, folder / "lake")
            print(f"lake made in {time.monotonic() - started:.0f} s", flush=True)
        results = [*measure_sync(Path(name)), *measure_lake(folder)]
        record = {"machine": machine(VERSIONS), "lake": lake_rows(folder), "results": results}
    options.out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

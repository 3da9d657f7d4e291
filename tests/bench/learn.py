"""Learning from a large csv and a large workbook: time and peak memory of the whole command.

    python -m tests.bench.learn [--lines 5000000] [--rows 1000000] [--out tests/bench/learn.json]

The data are the outpatient fee lines of the synthetic centre (31 columns), repeated under other settlement numbers.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import duckdb

from exports.duck import literal, open_database
from exports.workbooks.write import write_workbooks
from schemas.registry import load_format
from tests.bench.measure import machine, measure

HERE = Path(__file__).parent
TABLE = "SETTLE_MZ_DETAIL"
VERSIONS = ("duckdb", "pyarrow", "openpyxl")


def make_lines(folder: Path, lines: int) -> Path:
    """The table with at least `lines` rows as Parquet, made from a demo centre's own."""
    subprocess.run(
        [sys.executable, "-m", "flows.cli", "demo", "--out", str(folder / "demo"), "--visits", "20000"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    [small] = (folder / "demo" / "runs").glob(f"*/out/{TABLE}.parquet")
    large = folder / "large.parquet"
    with duckdb.connect(config={"memory_limit": "2GB"}) as database:
        [rows] = database.execute(f"SELECT count(*) FROM read_parquet({literal(small)})").fetchall()[0]
        database.execute(
            f"COPY (SELECT t.* REPLACE (HISID || '_' || n AS HISID) FROM range({-(-lines // rows)}) AS r(n),"
            f" read_parquet({literal(small)}) AS t LIMIT {lines}) TO {literal(large)}"
        )
    return large


def write_csv(large: Path, path: Path) -> None:
    """The table as the package has it."""
    columns = ", ".join(column.name for column in load_format("nhsa/2024").table(TABLE).columns)
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT {columns} FROM read_parquet({literal(large)})) TO {literal(path)}"
            " (FORMAT csv, HEADER, DELIMITER '|@|', QUOTE '', ESCAPE '', NULLSTR '',"
            " TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')"
        )


def apart(work: Callable[..., object], *arguments: object) -> None:
    """Do it in a process of its own: a child's peak memory begins at that of the process that started it."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}")


def make_csv(folder: Path, lines: int) -> None:
    """The table as one csv of the folder."""
    write_csv(make_lines(folder / "make", lines), folder / f"{TABLE}.csv")


def make_book(folder: Path, rows: int) -> None:
    """The table as one workbook of the folder."""
    large = make_lines(folder / "make", rows)
    with open_database(folder, "1GB", 2) as database:
        write_workbooks(database, load_format("nhsa/2024").table(TABLE), large, folder, "H65040290001")


def learn(path: Path, folder: Path, rows: int) -> dict[str, object]:
    """Learn from one file in a working folder of its own."""
    work = folder / f"work-{path.suffix[1:]}"
    work.mkdir()
    command = [sys.executable, "-m", "flows.cli", "format", "learn", str(path), "--as", "site/2023"]
    measured = measure(command, work)
    return {"file": path.suffix[1:], "rows": rows, "columns": 31, "mib": path.stat().st_size >> 20, **asdict(measured)}


def main() -> None:
    """Make the files, learn from them and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=HERE / "learn.json")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(HERE.parents[1])
    results = []
    for make, rows in ((make_csv, options.lines), (make_book, options.rows)):
        with tempfile.TemporaryDirectory(prefix="feijian-bench-") as name:
            folder = Path(name)
            if rows:
                apart(make, folder, rows)
                [path] = (one for one in folder.iterdir() if one.suffix in (".csv", ".xlsx"))
                results.append(learn(path, folder, rows))
                print(json.dumps(results[-1]), flush=True)
    record = {"machine": machine(VERSIONS), "results": results}
    options.out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

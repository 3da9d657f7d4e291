"""All rules on five million fee lines, against DuckDB counting the same predicates and doing nothing else.

    python -m tests.bench.rules [--lines 5000000] [--out tests/bench/rules.json]

Each way is a process of its own, measured whole; the centre is made and conformed by others before. `scan` counts
every row predicate in one scan per table and the rows that each set rule names; `check` does that and finds, judges
by Pandera and lists the failing rows. `…_fee_line` is the same for the row rules of that table alone.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import pyarrow.parquet as pq

from exports.duck import one_row, open_database
from flows.checking.rows import check_rows, count_rows
from flows.checking.subject import std_subject
from flows.job import Job, make_job
from flows.steps.check import check_std, prepare_rules, variables_of
from flows.steps.conform import conform
from flows.steps.extract import extract
from schemas.marks import std_marks
from schemas.row_rule import RowRule, row_rules
from schemas.rule import load_rules
from schemas.std import MODELS, std_table
from tests.bench.__main__ import HERE, VERSIONS
from tests.bench.measure import machine, measure
from tests.centre import DEMO_ORG, CentreSettings, generate, write
from tests.house import FIRST, LAST, settings_for


def job_of(folder: Path) -> Job:
    """The year of the centre in `folder`."""
    url = f"parquet://{folder / 'his'}"
    return make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings_for(folder, url))


def rules_of(name: str) -> list[RowRule]:
    """Every row rule of a std table."""
    return [*std_marks(std_table(name)), *(rule for rule in row_rules(load_rules()) if rule.table == name)]


def prepare(folder: Path, lines: int, faults: tuple[str, ...]) -> None:
    """Make a centre of so many fee lines and its std tables."""
    settings = CentreSettings.for_lines(lines)
    write(generate(CentreSettings(visits=settings.visits, faults=faults)), f"parquet://{folder / 'his'}")
    job = job_of(folder)
    for part in ("raw", "std", "spill"):
        (folder / part).mkdir()
    extract(job, folder / "raw", print)
    conform(job, folder / "raw", folder / "std", folder / "spill", print)


def scan(folder: Path, names: tuple[str, ...]) -> None:
    """Count what the rules ask, table by table in one scan, and the rows that set rules name."""
    job = job_of(folder)
    with open_database(folder / "spill", job.settings.memory_limit, job.settings.threads) as database:
        prepare_rules(database, job, folder / "std")
        for name in names:
            count_rows(database, f"all_{name}", rules_of(name))
        for rule in load_rules() if len(names) > 1 else []:
            if rule.failing:
                one_row(database, f"SELECT count(*) FROM ({rule.failing})")
                one_row(database, rule.denominator)


def check(folder: Path) -> None:
    """Everything that the stage does."""
    check_std(job_of(folder), folder / "raw", folder / "std", folder / "spill", print)


def check_lines(folder: Path) -> None:
    """The row rules of the fee lines."""
    job = job_of(folder)
    with open_database(folder / "spill", job.settings.memory_limit, job.settings.threads) as database:
        prepare_rules(database, job, folder / "std")
        subject = std_subject(std_table("fee_line"), "all_fee_line")
        check_rows(database, subject, rules_of("fee_line"), variables_of(job.window))


WAYS = {
    "scan": lambda folder: scan(folder, tuple(MODELS)),
    "check": check,
    "scan_fee_line": lambda folder: scan(folder, ("fee_line",)),
    "check_fee_line": check_lines,
}


def main() -> None:
    """Make the centre, measure each way, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--faults", default="")
    parser.add_argument("--out", type=Path, default=HERE / "rules.json")
    parser.add_argument("--way", choices=(*WAYS, "prepare"))
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    faults = tuple(filter(None, options.faults.split(",")))
    if options.way == "prepare":
        prepare(options.folder, options.lines, faults)
    elif options.way:
        WAYS[options.way](options.folder)
    else:
        with tempfile.TemporaryDirectory(prefix="feijian-bench-") as folder:
            record = compare(Path(folder), options.lines, options.faults)
        options.out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(record, ensure_ascii=False))


def compare(folder: Path, lines: int, faults: str) -> dict[str, object]:
    """The four ways over one centre, each in a process of its own, after one run that warms the files."""
    command = [sys.executable, "-m", "tests.bench.rules", "--folder", str(folder)]
    prepared = [*command, "--way", "prepare", "--lines", str(lines), "--faults", faults]
    subprocess.run(prepared, check=True, cwd=HERE.parents[1], stdout=subprocess.DEVNULL)
    measured = {way: measure([*command, "--way", way], HERE.parents[1]) for way in ("scan", *WAYS)}
    return {
        "machine": machine(VERSIONS),
        "fee_lines": pq.read_metadata(folder / "std" / "fee_line.parquet").num_rows,
        "faults": faults,
        "ways": {way: asdict(one) for way, one in measured.items()},
        "times_the_scan": round(measured["check"].seconds / measured["scan"].seconds, 2),
        "times_the_scan_fee_line": round(measured["check_fee_line"].seconds / measured["scan_fee_line"].seconds, 2),
    }


if __name__ == "__main__":
    main()

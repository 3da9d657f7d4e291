"""The yearly export against its limit and against its rival, in one run.

    python -m tests.bench [--lines 100000 1000000] [--without-rival] [--out tests/bench/results.json]

The ratios are the result; the seconds are noise of one machine. Every process is measured whole, imports
included. Results are kept as JSON with machine and versions.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import pyarrow.parquet as pq

from tests.bench.measure import machine, measure
from tests.centre import DEMO_ORG, CentreSettings

HERE = Path(__file__).parent
VERSIONS = ("duckdb", "pandas", "pyarrow", "pandera", "openpyxl")


def bench(lines: int, rival: bool, folder: Path) -> dict[str, object]:
    """One size: the three ways over the same synthetic centre."""
    settings = CentreSettings.for_lines(lines)
    source = folder / "his"
    sample = ["-m", "flows.cli", "sample", f"parquet://{source}", "--visits", str(settings.visits)]
    subprocess.run([sys.executable, *sample], check=True, stdout=subprocess.DEVNULL)
    real = sum(pq.read_metadata(source / f"{name}.parquet").num_rows for name in ("mz_fymx", "zy_fymx"))
    toml = f'[sources.bench]\nadapter = "sample"\nurl = "parquet://{source}"\n'
    (folder / "feijian.toml").write_text(toml, encoding="utf-8")
    first, last = settings.date_from.isoformat(), settings.date_to.isoformat()
    export = ["-m", "flows.cli", "export", "--source", "bench", "--org", DEMO_ORG, "--from", first, "--to", last]
    ours = measure([sys.executable, *export], folder)
    run = next((folder / "runs").iterdir())
    (folder / "limit").mkdir()
    limit = measure(
        [sys.executable, "-m", "tests.bench.limit", str(source), "limit", DEMO_ORG, first, "2025-01-01"], folder
    )
    result: dict[str, object] = {
        "fee_lines": real,
        "export": asdict(ours),
        "stages": stages(run),
        "limit": asdict(limit),
        "times_the_limit": round(ours.seconds / limit.seconds, 2),
    }
    if rival:
        (folder / "rival").mkdir()
        slow = measure([sys.executable, "-m", "tests.bench.rival", str(run / "std"), "rival"], folder)
        result |= {"pandas_openpyxl": asdict(slow), "times_faster": round(slow.seconds / ours.seconds, 2)}
    return result


def stages(run: Path) -> dict[str, float]:
    """Seconds per stage from the run's own ledger."""
    notes = [json.loads(line) for line in (run / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    return {note["stage"]: note["seconds"] for note in notes if "stage" in note}


def main() -> None:
    """Measure every size asked for and keep the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--without-rival", action="store_true")
    parser.add_argument("--out", type=Path, default=HERE / "results.json")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(HERE.parents[1])
    results = []
    for lines in options.lines:
        with tempfile.TemporaryDirectory(prefix="feijian-bench-") as folder:
            results.append(bench(lines, not options.without_rival, Path(folder)))
        print(json.dumps(results[-1], ensure_ascii=False))
    record = {"machine": machine(VERSIONS), "results": results}
    options.out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

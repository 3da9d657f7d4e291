"""2,000,000 fee lines of 30 columns from PostgreSQL and from MariaDB into Parquet, against the server's own dump.

    python -m tests.bench.sources [--rows 2000000] [--rival-rows 200000] [--repeat 1] [--engine postgresql] [--out FILE]

The bar is `psql -c "COPY … TO STDOUT"` and `mariadb --quick -B`, into a file. Rivals read fewer rows; ours reads as few
once more beside them. A rival that is not installed, or fails, is kept with its reason. Each is a process of its own,
with Python's bytecode in place from the second turn on, as where feijian is installed. All take turns `--repeat` times:
the quickest run is kept, and `all_seconds` has every one. With `--engine` the file keeps the results of the other one.
`exact` is whether the digest of the Parquet is that of the server; `digest` the seconds that each side took for it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flows.sources import open_source
from flows.sources.digest import digest_of
from tests.bench.measure import machine, measure
from tests.bench.source_rivals import SELECT, WAYS
from tests.bench.source_rows import NAMES, TABLE, fill
from tests.house import mysql_database, postgresql_database

HERE = Path(__file__).parent
VERSIONS = ("adbc-driver-postgresql", "pymysql", "pyarrow", "duckdb", "numpy")
DATABASES = {"postgresql": postgresql_database, "mysql": mysql_database}


def bars(engine: str, url: str) -> dict[str, str]:
    """Name -> shell command of the server's own client."""
    if engine == "postgresql":
        return {"psql COPY": f'psql -q {url} -c "COPY ({SELECT}) TO STDOUT"'}
    where = urlsplit(url)
    login = f"-h {where.hostname} -P {where.port or 3306} -u {where.username}"
    database = where.path.lstrip("/")
    return {
        "mariadb --quick": f'mariadb {login} --quick -B -e "{SELECT}" {database}',
        "mariadb-dump": f"mariadb-dump {login} --single-transaction --quick {database} {TABLE}",
    }


def measured(engine: str, way: str, rows: int, command: list[str], folder: Path) -> dict[str, Any]:
    """Measure one command; one that fails keeps the last line of its complaint."""
    record: dict[str, Any] = {"engine": engine, "way": way, "rows": rows}
    try:
        record |= asdict(measure(command, folder))
    except RuntimeError:
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr.strip()
        record["failed"] = said.splitlines()[-1][:200] if said else "no reason given"
    print(record, flush=True)
    return record


def one_engine(
    engine: str, url: str, rows: int, folder: Path, ways: tuple[str, ...], repeat: int
) -> list[dict[str, Any]]:
    """The server's client and the given ways, on a table of so many rows."""
    fill(url, rows)
    commands = {name: ["sh", "-c", f"{command} > dump"] for name, command in bars(engine, url).items()}
    paths = {way: folder / f"{way}.parquet" for way in ways}
    for way, path in paths.items():
        commands[way] = [sys.executable, "-m", "tests.bench.source_rivals", way, url, str(path)]
    turns = [[measured(engine, way, rows, command, folder) for way, command in commands.items()] for _ in range(repeat)]
    found = [_quickest(list(runs)) for runs in zip(*turns, strict=True)]
    for record in found:
        if record["way"] in paths and "failed" not in record:
            record |= compared(url, paths[record["way"]])
    return found


def _quickest(runs: list[dict[str, Any]]) -> dict[str, Any]:
    done = [run for run in runs if "failed" not in run]
    if not done:
        return runs[0]
    return min(done, key=lambda run: float(run["seconds"])) | {"all_seconds": [run["seconds"] for run in done]}


def compared(url: str, path: Path) -> dict[str, Any]:
    """Whether the file holds what the server holds, and how long each side took to say so."""
    source = open_source(url)
    started = time.monotonic()
    theirs = source.digest(TABLE, NAMES, "")
    between = time.monotonic()
    source.close()
    ours = digest_of([path], NAMES)
    took = (round(between - started, 2), round(time.monotonic() - between, 2))
    return {"exact": ours == theirs, "digest": {"server": took[0], "parquet": took[1]}}


def _kept(path: Path, engine: str | None) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The results of the engines that are not measured now, and what those engines were."""
    if engine is None or not path.is_file():
        return [], {}
    before = json.loads(path.read_text(encoding="utf-8"))
    return [one for one in before["results"] if one["engine"] != engine], before["engines"]


def main() -> None:
    """Measure and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rival-rows", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--engine", choices=DATABASES)
    parser.add_argument("--out", type=Path, default=HERE / "sources.json")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(HERE.parents[1])
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    results, engines = _kept(options.out, options.engine)
    with tempfile.TemporaryDirectory(prefix="feijian-bench-") as name:
        os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/bytecode"
        for engine in [options.engine] if options.engine else DATABASES:
            for rows, ways in ((options.rows, ("feijian",)), (options.rival_rows, tuple(WAYS[engine]))):
                with DATABASES[engine]() as url:
                    results += one_engine(engine, url, rows, Path(name), ways, options.repeat)
                    source = open_source(url)
                    engines[engine] = source.engine
                    source.close()
    record = {"machine": machine(VERSIONS) | {"load": round(os.getloadavg()[0], 1)}, "engines": engines}
    text = json.dumps(record | {"results": results}, ensure_ascii=False, indent=1)
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

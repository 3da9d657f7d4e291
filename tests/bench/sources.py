"""2,000,000 fee lines of 30 columns from PostgreSQL and from MariaDB into Parquet, against the server's own dump.

    python -m tests.bench.sources [--rows 2000000] [--rival-rows 200000] [--out tests/bench/sources.json]

The bar is `psql -c "COPY … TO STDOUT"` and `mariadb --quick -B`, into a file. Rivals read fewer rows; ours reads as few
once more beside them. A rival that is not installed, or fails, is kept with its reason. Each is a process of its own.
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


def one_engine(engine: str, url: str, rows: int, folder: Path, ways: tuple[str, ...]) -> list[dict[str, Any]]:
    """The server's client and the given ways, on a table of so many rows."""
    fill(url, rows)
    found = [
        measured(engine, name, rows, ["sh", "-c", f"{command} > dump"], folder)
        for name, command in bars(engine, url).items()
    ]
    for way in ways:
        path = folder / f"{way}.parquet"
        command = [sys.executable, "-m", "tests.bench.source_rivals", way, url, str(path)]
        record = measured(engine, way, rows, command, folder)
        if "failed" not in record:
            record |= compared(url, path)
        found.append(record)
    return found


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


def main() -> None:
    """Measure and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rival-rows", type=int, default=200_000)
    parser.add_argument("--out", type=Path, default=HERE / "sources.json")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(HERE.parents[1])
    results, engines = [], {}
    with tempfile.TemporaryDirectory(prefix="feijian-bench-") as name:
        for engine, database in DATABASES.items():
            for rows, ways in ((options.rows, ("feijian",)), (options.rival_rows, tuple(WAYS[engine]))):
                with database() as url:
                    results += one_engine(engine, url, rows, Path(name), ways)
                    source = open_source(url)
                    engines[engine] = source.engine
                    source.close()
    record = {"machine": machine(VERSIONS) | {"load": round(os.getloadavg()[0], 1)}, "engines": engines}
    text = json.dumps(record | {"results": results}, ensure_ascii=False, indent=1)
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

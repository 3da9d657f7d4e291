"""Who writes a table of 31 columns to xlsx, how fast, in how much memory, and twice the same bytes?

    python -m tests.bench.workbooks [--rows 100000 1000000] [--out tests/bench/workbooks.json]

Every way is a process of its own, measured whole, and writes the same Parquet file: typed cells by openpyxl's
write_only and xlsxwriter's constant_memory; the Rust writers, where they are installed, in their own plain way, which
is less than we ask for (no `@` on texts). Only ours writes the larger sizes.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from schemas.format import FormatColumn, FormatTable, Kind
from tests.bench.__main__ import HERE
from tests.bench.measure import machine, measure

KINDS: tuple[Kind, ...] = (*("text",) * 20, *("decimal",) * 8, "date", "datetime", "datetime")
FORMATS = {"text": "@", "decimal": "0.00", "date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}
VALUES = {
    "text": "CASE WHEN i % {n} = 0 THEN NULL ELSE '阿莫西林胶囊' || (i * {n}) % {m} END",
    "decimal": "CAST((i * {n}) % 1000003 / 100 AS DECIMAL(18,2))",
    "date": "DATE '2024-01-01' + CAST(i % 366 AS INTEGER)",
    "datetime": "TIMESTAMP '2024-01-01' + to_seconds(i * {n})",
}
DEPENDENCIES = ("duckdb", "openpyxl", "xlsxwriter")
RUST = {"rustpy": "rustpy_xlsxwriter", "xlsxturbo": "xlsxturbo"}


def prepare(path: Path, rows: int) -> None:
    """Two columns of 18 digits, 18 of texts, 8 of amounts, a date and two times."""
    listed = ["lpad(CAST(650402199001010000 + i * 7 AS VARCHAR), 18, '0') AS c0", "CAST(10**17 + i AS VARCHAR) AS c1"]
    for place, kind in list(enumerate(KINDS))[2:]:
        listed.append(f"{VALUES[kind].format(n=place + 3, m=50 * place)} AS c{place}")
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT {', '.join(listed)} FROM range({rows}) AS t(i)) TO '{path}' (FORMAT parquet)")


def rows_of(path: Path) -> Iterator[tuple[Any, ...]]:
    """The rows as Python has them."""
    with duckdb.connect() as database:
        database.execute(f"SELECT * FROM '{path}'")
        while block := database.fetchmany(10_000):
            yield from block


def ours(path: Path, out: Path) -> None:
    """The writer of the house."""
    from exports.duck import open_database
    from exports.workbooks.write import write_workbooks

    # fmt: off
    columns = tuple(
        FormatColumn(
            table="T", seq=place, field=f"c{place}", name=f"c{place}", label="", printed="", kind=kind, length=None,
            precision=18, scale=2 if kind == "decimal" else None, key=False, required="no", condition=None,
            condition_words="", codes=(), codes_open=False, std_field="", note="",
        )
        for place, kind in enumerate(KINDS)
    )
    # fmt: on
    table = FormatTable("T", "门诊明细", True, "", (), None, "none", None, (), "", columns)
    with open_database(out.parent, "800MB", 2) as database:
        [one] = write_workbooks(database, table, path, out.parent, "H")
    (out.parent / one.file).rename(out)


def openpyxl(path: Path, out: Path) -> None:
    """Typed cells, row by row."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("门诊明细")
    sheet.append([f"c{place}" for place in range(len(KINDS))])
    formats = [FORMATS[kind] for kind in KINDS]
    for row in rows_of(path):
        cells = []
        for value, form in zip(row, formats, strict=True):
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = form
            cells.append(cell)
        sheet.append(cells)
    book.save(out)


def xlsxwriter(path: Path, out: Path) -> None:
    """Typed cells, row by row, with nothing kept."""
    import xlsxwriter

    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet("门诊明细")
        formats = [book.add_format({"num_format": FORMATS[kind]}) for kind in KINDS]
        sheet.write_row(0, 0, [f"c{place}" for place in range(len(KINDS))])
        for number, row in enumerate(rows_of(path), start=1):
            for place, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(number, place, value, formats[place])
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, formats[place])
                elif value is not None:
                    sheet.write_string(number, place, value, formats[place])


def rustpy(path: Path, out: Path) -> None:
    """rustpy-xlsxwriter from Arrow."""
    import pyarrow.parquet as pq

    import_module(RUST["rustpy"]).write_worksheet(pq.read_table(path), str(out))


def xlsxturbo(path: Path, out: Path) -> None:
    """Write by xlsxturbo in its constant memory, from pandas."""
    import pandas as pd

    import_module(RUST["xlsxturbo"]).df_to_xlsx(pd.read_parquet(path), str(out), constant_memory=True)


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "ours": ours,
    "openpyxl": openpyxl,
    "xlsxwriter": xlsxwriter,
    "rustpy": rustpy,
    "xlsxturbo": xlsxturbo,
}


def compare(folder: Path, rows: int, names: list[str]) -> dict[str, object]:
    """Every way over one file, each twice to compare the bytes."""
    path = folder / f"{rows}.parquet"
    prepared = [sys.executable, "-m", "tests.bench.workbooks", "--prepare", str(rows), "--files", str(path), ""]
    subprocess.run(prepared, check=True, cwd=HERE.parents[1])
    ways: dict[str, object] = {}
    for name in names:
        if name in RUST and not find_spec(RUST[name]):
            ways[name] = "not installed"
            continue
        out = folder / f"{name}.xlsx"
        command = [sys.executable, "-m", "tests.bench.workbooks", "--way", name, "--files", str(path), str(out)]
        measured = measure(command, HERE.parents[1])
        before, size = digest(out), out.stat().st_size
        measure(command, HERE.parents[1])
        ways[name] = asdict(measured) | {"mib": size // 2**20, "same_bytes": before == digest(out)}
        out.unlink()
    return {"rows": rows, "columns": len(KINDS), "ways": ways}


def digest(path: Path) -> str:
    """SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Measure everything, or be one of the processes that are measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--out", type=Path, default=HERE / "workbooks.json")
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--prepare", type=int)
    parser.add_argument("--files", type=Path, nargs=2)
    options = parser.parse_args()
    if options.prepare:
        prepare(options.files[0], options.prepare)
    elif options.way:
        WAYS[options.way](*options.files)
    else:
        measure_all(options.rows, options.out)


def measure_all(sizes: list[int], out: Path) -> None:
    """Every way at the first size, ours at all; the process that measures stays small, since its children inherit."""
    results: list[Any] = []
    with tempfile.TemporaryDirectory(prefix="feijian-bench-") as folder:
        for place, rows in enumerate(sizes):
            results.append(compare(Path(folder), rows, ["ours"] if place else list(WAYS)))
            print(json.dumps(results[-1], ensure_ascii=False))
    first, last = results[0]["ways"], results[-1]["ways"]
    record = {
        "machine": machine(DEPENDENCIES),
        "results": results,
        "times_openpyxl": round(first["openpyxl"]["seconds"] / first["ours"]["seconds"], 1),
        "times_openpyxl_cpu": round(first["openpyxl"]["cpu_seconds"] / first["ours"]["cpu_seconds"], 1),
        "times_the_memory": round(last["ours"]["peak_mib"] / first["ours"]["peak_mib"], 2),
    }
    out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The process in which a free SELECT runs: `python -m exports.sandbox.child`, its task as JSON on standard input.

Two databases: the first reads the lake, cuts and masks; the second gets only the finished rows of the tables that the
statement names, is cut off from files, network and Python, has its settings locked, and runs the statement.
"""

import json
import sys
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from exports.disclosure.masking import masked_table, prepare
from exports.disclosure.scope import SEEN, WHOLE, restrict
from exports.duck import quoted
from exports.lake import open_lake
from schemas.account import ExportClass

NEEDED = frozenset({"organisation", "admin_division", "resident", "health_archive"})
TOLD = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
QUIET = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Run a task; its result is columns, rows (`limit` at most), whether there were more, and names of the area.

    `error` is DuckDB's own sentence instead, when the statement is wrong.
    """
    limits = {"memory_limit": task["memory_limit"], "threads": task["threads"]}
    inside = duckdb.connect(config={**QUIET, **limits})
    names = fill(inside, task, limits)
    wall(inside)
    try:
        cursor = inside.execute(task["sql"])
        columns = [column[0] for column in cursor.description]
        rows = cursor.fetchmany(task["limit"] + 1)
    except TOLD as error:
        return {"error": str(error).splitlines()[0]}
    except duckdb.Error as error:  # its sentence may hold values of rows
        return {"error": f"运行时出错（{type(error).__name__}）；多半是类型转换或数值超出范围。"}
    shown = [[plain(value) for value in row] for row in rows[: task["limit"]]]
    return {"columns": columns, "rows": shown, "more": len(rows) > task["limit"], "names": names}


def fill(inside: Any, task: dict[str, Any], limits: dict[str, Any]) -> list[str]:
    """Put the masked rows of the area into the inner database; the names of the area's residents, for the last look."""
    lake = duckdb.connect(config={**QUIET, **limits})
    lake.execute("SET TimeZone = 'Asia/Shanghai'")
    open_lake(Path(task["lake"])).attach(lake, NEEDED | set(task["tables"]))
    restrict(lake, task["orgs"], NEEDED | set(task["tables"]))
    prepare(lake, bytes.fromhex(task["key"]), date.fromisoformat(task["today"]), WHOLE)
    for table, columns in task["tables"].items():
        content = lake.sql(masked_table(table, ExportClass(task["class"]), SEEN, columns)).to_arrow_table()
        inside.register("incoming", content)
        shuffled = f"md5('{task['key']}' || CAST(incoming AS VARCHAR))"  # no order that two deliveries share
        inside.execute(f"CREATE TABLE {quoted(table)} AS SELECT * FROM incoming ORDER BY {shuffled}")
        inside.unregister("incoming")
    found = lake.execute(f"SELECT DISTINCT name FROM {SEEN}.resident WHERE name IS NOT NULL").fetchall()
    lake.close()
    return [name for (name,) in found]


def wall(inside: Any) -> None:
    """Cut a database off from everything but its own rows, for good."""
    inside.execute("SET TimeZone = 'Asia/Shanghai'")
    inside.execute("SET python_enable_replacements = false")
    inside.execute("SET enable_external_access = false")
    inside.execute("SET lock_configuration = true")


def plain(value: Any) -> Any:
    """A value for JSON: whole numbers stay, everything else is text, lists and structs as text too."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        return f"{Decimal(str(value)):f}" if str(value) not in ("nan", "inf", "-inf") else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.load(sys.stdin)), ensure_ascii=False))

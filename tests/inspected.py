"""How tests inspect the synthetic centre twice, with what happens to it in between."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from flows.inspection.guide import read_guide
from flows.inspection.inspect import inspect
from flows.sources.connection import local_path
from schemas.inspection import Finding, Guide, Inspected, Inspection
from tests.house import mysql_database, postgresql_database, settings_for, write_centre

ENGINES = ("sqlite", "postgresql", "mysql")
FIRST_DAY, SECOND_DAY = date(2025, 4, 1), date(2025, 5, 6)
ORG = "H65040200001"
STOPPED = "2025-04-16"  # a Wednesday
BEFORE = (
    "CREATE INDEX ghsj_mz_ghb ON mz_ghb (ghsj)",
    "CREATE INDEX ghsj_jgdm ON mz_ghb (ghsj, jgdm)",
    "CREATE TABLE tmp_ghb AS SELECT * FROM mz_ghb",
)
BETWEEN = (
    "ALTER TABLE mz_jsb DROP COLUMN qzfje",
    "ALTER TABLE ks_xx ADD COLUMN xjl VARCHAR(9)",
    "DROP TABLE tmp_ghb",
    "CREATE TABLE mz_ghb_bak20250401 AS SELECT * FROM mz_ghb",
    "CREATE TABLE xyw (id INT)",
    "DROP INDEX ghsj_mz_ghb",
)


@dataclass(frozen=True)
class Twice:
    """The centre before and after, with the files of the second report."""

    first: Inspection
    second: Inspection
    store: Path
    done: tuple[Inspected, ...]
    report: Path


def strict() -> Guide:
    """The guide of the house, but small tables count as large."""
    guide = read_guide()
    return replace(guide, limits=replace(guide.limits, index_rows=1, growth_rows=10, daily_rows=1))


def run(url: str, statements: Iterable[str]) -> None:
    """Change a source as its owner."""
    if url.startswith("sqlite"):
        import sqlite3

        with closing(sqlite3.connect(local_path(url))) as database:
            for sql in statements:
                database.execute(sql)
            database.commit()
    elif url.startswith("postgresql"):
        import adbc_driver_postgresql.dbapi as driver

        with driver.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
    else:
        import pymysql

        from flows.sources.mysql import connection_arguments

        with pymysql.connect(**connection_arguments(url), autocommit=True) as connection:
            for sql in statements:
                connection.cursor().execute(sql)


def registrations(first: date, last: date, without: str = "") -> str:
    """One registration each day, at the demo institution."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    values = (
        f"({at.toordinal()}, '{ORG}', '{at} 10:00:00', '{at} 10:00:00')" for at in days if at.isoformat() != without
    )
    return f"INSERT INTO mz_ghb (ghxh, jgdm, ghsj, gxsj) VALUES {', '.join(values)}"


def look_at(store: Path, url: str, day: date, exact: bool = False, guide: Guide | None = None) -> Inspection:
    """Inspect one source."""
    return inspect(settings_for(store, url), [], day, lambda line: None, guide=guide or strict(), exact=exact)[0][0].now


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """An empty database of an engine."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'his.sqlite'}"
        return
    with postgresql_database() if engine == "postgresql" else mysql_database() as url:
        yield url


def inspect_twice(engine: str, folder: Path) -> Twice:
    """A centre that registers somebody each day; one day nobody, a column goes, tables come and go."""
    with database(engine, folder) as url:
        write_centre(url, visits=20)
        run(url, (registrations(date(2025, 3, 1), date(2025, 3, 31)), *BEFORE))
        first = look_at(folder, url, FIRST_DAY)
        drop = BETWEEN[-1] + (" ON mz_ghb" if engine == "mysql" else "")
        lines = registrations(date(2025, 4, 1), date(2025, 5, 5), without=STOPPED)
        run(url, (lines, *BETWEEN[:-1], drop))
        done, files = inspect(settings_for(folder, url), [], SECOND_DAY, lambda line: None, guide=strict())
    return Twice(first, done[0].now, folder, done, files[0])


def told(one: Inspection, check: str, table: str = "") -> Finding:
    """The only finding of a check, about a table where it is given."""
    (found,) = (item for item in one.findings if item.check == check and table in ("", item.table))
    return found


def tables(one: Inspection, check: str) -> set[str]:
    """The tables that a check names."""
    return {item.table for item in one.findings if item.check == check}

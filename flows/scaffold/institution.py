"""Which tables hold the institution's code: a column of the same name may number something else (`bus_no`)."""

from dataclasses import replace

from flows.scaffold.draft import Candidate, Found
from flows.sources.connection import Connection

ORG, INSTITUTION = "fixmedins_code", "institution"
SAMPLE_ROWS = 2000


def org_column(candidates: tuple[Candidate, ...]) -> str:
    """The source's column of the institution's code; empty when the table of institutions has none."""
    choices = candidates[0].columns.get(ORG, ()) if candidates else ()
    return choices[0].column if choices else ""


def compare_codes(found: Found, source: Connection) -> Found:
    """Ask the source in which tables the column of that name holds something else, and how many institutions it has."""
    homes = found.candidates.get(INSTITUTION, ())
    column = org_column(homes)
    if not column:
        return found
    known = set(_sample(source, homes[0].table.name, column))
    tables = {one.table.name for of in found.candidates.values() for one in of if one.table.column(column)}
    strangers = {name for name in tables if not _mostly(known, _sample(source, name, column))}
    return replace(found, strangers=frozenset(strangers), institutions=len(known))


def _sample(source: Connection, table: str, column: str) -> list[str]:
    dialect = source.dialect
    named = dialect.name(column)
    select = f"SELECT {dialect.text(named)} FROM {dialect.name(table)} WHERE {named} IS NOT NULL"
    return [str(code).strip() for (code,) in source.ask(dialect.limited(select, SAMPLE_ROWS))]


def _mostly(known: set[str], codes: list[str]) -> bool:
    """Whether at least half of the rows name an institution: one wrong code does not make a column another."""
    return bool(codes) and 2 * sum(code in known for code in codes) >= len(codes)

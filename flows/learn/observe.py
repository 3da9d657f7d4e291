"""What stands in a column of text: counted over every row, before anything is believed about its type."""

import re
from dataclasses import dataclass
from typing import Any

from exports.duck import literal, one_row, quoted
from schemas.profile import CODE_LIMIT

SAMPLE = 2000
OTHER = "text"
# Disjoint by construction of use: the first that fits the whole value counts.
FORMS: dict[str, str] = {
    "scientific": r"-?[0-9](\.[0-9]+)?[eE][+-]?[0-9]+",
    "digits": r"[0-9]+",
    "negative": r"-[0-9]+",
    "decimal": r"-?[0-9]*\.[0-9]+",
    "grouped": r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?",
    "%Y-%m-%d": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
    "%Y-%m-%d %H:%M:%S": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}",
    "%Y-%m-%d %H:%M": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{2}",
    "%Y-%m-%dT%H:%M:%S": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
    "%Y/%m/%d": r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}",
    "%Y/%m/%d %H:%M:%S": r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}",
    "%Y/%m/%d %H:%M": r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [0-9]{1,2}:[0-9]{2}",
    "%Y.%m.%d": r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}",
    "%Y年%m月%d日": r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日",
    "time": r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?",
    "percent": r"-?[0-9]+(\.[0-9]+)?[%％]",
    "full_width": r".*[０-９].*",
    "code": r"[A-Za-z0-9._/|#+-]*[A-Za-z][A-Za-z0-9._/|#+-]*",
}
_NUMBER = r"-?[0-9,]*(\.[0-9]+)?"
_LOOSE = r"^[0-9]{4}[-/.年][0-9][-/.月]|[-/.月][0-9]( |日|$)| [0-9]:"
DATE_FORMS = tuple(name for name in FORMS if name.startswith("%"))


@dataclass(frozen=True)
class Observed:
    """One column of one table as it stood in the files.

    `forms` maps a form of FORMS (or `text`) to the rows that have it. `scale` and `whole` are the most digits after
    and before the point among plain numbers; `padded` counts numbers with a leading zero, `loose` dates whose month,
    day or hour is written with one digit. `values` are all values with their rows when there are at most CODE_LIMIT.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    longest: int
    forms: dict[str, int]
    scale: int = 0
    whole: int = 0
    padded: int = 0
    loose: int = 0
    low: str = ""
    high: str = ""
    values: tuple[tuple[str, int], ...] = ()

    def only(self, *forms: str) -> bool:
        """Whether something stands there, and nothing but these forms."""
        return bool(self.forms) and set(self.forms) <= set(forms)

    @property
    def dates(self) -> set[str]:
        """The date forms met."""
        return set(self.forms) & set(DATE_FORMS)


def observe(database: Any, relation: str, name: str, rows: int) -> Observed:
    """Look at one text column of a relation.

    Args:
        database: an open DuckDB.
        relation: SQL that gives the table.
        name: the column; NULL is an empty cell.
        rows: rows of the table.
    """
    column = quoted(name)
    filled, distinct, longest, low, high = one_row(
        database,
        f"SELECT count({column}), count(DISTINCT {column}), coalesce(max(length({column})), 0),"
        f" coalesce(min({column}), ''), coalesce(max({column}), '') FROM {relation}",
    )
    forms = _forms(database, relation, column, filled)
    scale, whole, padded, loose = _numbers(database, relation, column, forms)
    values: list[tuple[str, int]] = []
    if 0 < distinct <= CODE_LIMIT:
        values = database.execute(
            f"SELECT {column}, count(*) FROM {relation} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
    return Observed(name, rows, filled, distinct, longest, forms, scale, whole, padded, loose, low, high, tuple(values))


def _forms(database: Any, relation: str, column: str, filled: int) -> dict[str, int]:
    """Rows per form: those that a first look finds are counted; only when they do not cover all, every form is."""
    first = database.execute(f"SELECT {column} FROM {relation} WHERE {column} IS NOT NULL LIMIT {SAMPLE}").fetchall()
    seen = {form_of(value) for (value,) in first} - {OTHER}
    counted = _count(database, relation, column, [name for name in FORMS if name in seen])
    if sum(counted.values()) < filled and len(seen) < len(FORMS):
        counted = _count(database, relation, column, list(FORMS))
    rest = filled - sum(counted.values())
    return {name: rows for name, rows in {**counted, OTHER: rest}.items() if rows}


def form_of(value: str) -> str:
    """The first form of FORMS that a value has as a whole, else `text`."""
    return next((name for name, pattern in FORMS.items() if re.fullmatch(pattern, value, re.ASCII)), OTHER)


def _count(database: Any, relation: str, column: str, names: list[str]) -> dict[str, int]:
    if not names:
        return {}
    cases = " ".join(f"WHEN regexp_full_match({column}, {literal(FORMS[name])}) THEN {literal(name)}" for name in names)
    formed = f"(SELECT CASE {cases} END AS form FROM {relation})"
    sql = f"SELECT form, count(*) FROM {formed} WHERE form IS NOT NULL GROUP BY 1"
    found = dict(database.execute(sql).fetchall())
    return {name: found[name] for name in names if name in found}


def _numbers(database: Any, relation: str, column: str, forms: dict[str, int]) -> tuple[int, int, int, int]:
    if not set(forms) & {"digits", "negative", "decimal", "grouped", *DATE_FORMS}:
        return 0, 0, 0, 0
    number = f"regexp_full_match({column}, {literal(_NUMBER)})"
    whole = f"replace(replace(split_part({column}, '.', 1), '-', ''), ',', '')"
    row = one_row(
        database,
        f"SELECT coalesce(max(length(split_part({column}, '.', 2))) FILTER ({number}), 0),"
        f" coalesce(max(length({whole})) FILTER ({number}), 0),"
        f" count(*) FILTER ({number} AND regexp_matches({column}, '^-?0[0-9]')),"
        f" count(*) FILTER (regexp_matches({column}, {literal(_LOOSE)}))"
        f" FROM {relation}",
    )
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])

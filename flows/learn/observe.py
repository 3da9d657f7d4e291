"""What stands in a column of text: counted over every row, before anything is believed about its type."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exports.duck import literal, one_row, quoted
from schemas.profile import CODE_LIMIT

SAMPLE = 2000
CELLS = 8_000_000
OTHER, DAMAGE = "text", "scientific"
# Disjoint by construction of use: the first that fits the whole value counts.
FORMS: dict[str, str] = {
    "scientific": r"-?[0-9](\.[0-9]+)?E\+[0-9]{2,}",
    "digits": r"[0-9]+",
    "negative": r"-[0-9]+",
    "decimal": r"-?[0-9]*\.[0-9]+",
    "grouped": r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?",
    "%Y-%m-%d": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
    "%Y-%m-%d %H:%M:%S": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}",
    "%Y-%m-%d %H:%M:%S.%f": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}\.[0-9]{1,6}",
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
_PYTHON = {name: re.compile(pattern, re.ASCII) for name, pattern in FORMS.items()}
_COUNTED = {"digits", "negative", "decimal", "grouped", *DATE_FORMS}


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


def observe(database: Any, relation: str, names: Sequence[str], rows: int) -> dict[str, Observed]:
    """Look at the text columns of a relation, a few at a time so that memory stays bounded.

    Args:
        database: an open DuckDB.
        relation: SQL that gives the table.
        names: the columns; NULL is an empty cell.
        rows: rows of the table.
    """
    if not names:
        return {}
    room = max(1, CELLS // max(rows, 1))
    first = _first(database, relation, names)
    found: dict[str, Observed] = {}
    for start in range(0, len(names), room):
        found |= _observe(database, relation, names[start : start + room], rows, first)
    return found


def _observe(
    database: Any, relation: str, names: Sequence[str], rows: int, first: dict[str, Counter[str]]
) -> dict[str, Observed]:
    basics = _ask(
        database, relation, names,
        "count({c})", "count(DISTINCT {c})", "coalesce(max(length({c})), 0)", "coalesce(min({c}), '')",
        "coalesce(max({c}), '')",
    )  # fmt: skip
    if rows <= SAMPLE:
        forms = {name: {form: first[name][form] for form in (*FORMS, OTHER) if form in first[name]} for name in names}
    else:
        forms = _forms(database, relation, {name: basics[name][0] for name in names}, first)
    numeric = [name for name in names if set(forms[name]) & _COUNTED]
    numbers = _numbers(database, relation, numeric)
    few = [name for name in names if 0 < basics[name][1] <= CODE_LIMIT]
    values = _values(database, relation, few)
    found = {}
    for name in names:
        filled, distinct, longest, low, high = basics[name]
        scale, whole, padded, loose = numbers.get(name, (0, 0, 0, 0))
        found[name] = Observed(
            name, rows, filled, distinct, longest, forms[name], scale, whole, padded, loose, low, high,
            tuple(values.get(name, ())),
        )  # fmt: skip
    return found


def _ask(database: Any, relation: str, names: Sequence[str], *questions: str) -> dict[str, tuple[Any, ...]]:
    """Ask each column the same questions (`{c}` is the column), all in one scan."""
    if not names:
        return {}
    asked = [question.format(c=quoted(name)) for name in names for question in questions]
    row = one_row(database, f"SELECT {', '.join(asked)} FROM {relation}")
    size = len(questions)
    return {name: row[place * size : (place + 1) * size] for place, name in enumerate(names)}


def _first(database: Any, relation: str, names: Sequence[str]) -> dict[str, Counter[str]]:
    """The forms that each column's first values have, and how many of them."""
    listed = ", ".join(map(quoted, names))
    rows = database.execute(f"SELECT {listed} FROM {relation} LIMIT {SAMPLE}").fetchall()
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return {
        name: _forms_of(Counter(value for value in values if value is not None))
        for name, values in zip(names, columns, strict=True)
    }


def _forms_of(values: Counter[str]) -> Counter[str]:
    forms: Counter[str] = Counter()
    for value, rows in values.items():
        forms[form_of(value)] += rows
    return forms


def form_of(value: str) -> str:
    """The first form of FORMS that a value has as a whole, else `text`."""
    return next((name for name, pattern in _PYTHON.items() if pattern.fullmatch(value)), OTHER)


def _forms(
    database: Any, relation: str, filled: dict[str, int], first: dict[str, Counter[str]]
) -> dict[str, dict[str, int]]:
    """Rows per form: those that a first look finds are counted; only when they do not cover all, every form is.

    Rounded numbers are looked for in any case: a code may look like one, and one is enough to be told.
    """
    counted = _count(database, relation, {name: sorted({*first[name], DAMAGE} - {OTHER}) for name in filled})
    rest = {name: list(FORMS) for name in filled if sum(counted[name].values()) < filled[name]}
    counted |= _count(database, relation, rest)
    for name, rows in filled.items():
        left = rows - sum(counted[name].values())
        counted[name] |= {OTHER: left} if left else {}
    return counted


def _count(database: Any, relation: str, asked: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """Rows per form; a value counts for the first of FORMS that it has."""
    found: dict[str, dict[str, int]] = {name: {} for name in asked}
    cases, places = [], []
    for name, forms in asked.items():
        ordered = [form for form in FORMS if form in forms]
        if ordered:
            tests = " ".join(
                f"WHEN regexp_full_match({quoted(name)}, {literal(FORMS[form])}) THEN {literal(form)}"
                for form in ordered
            )
            cases.append(f"histogram(CASE {tests} END)")
            places.append(name)
    if cases:
        for name, counts in zip(places, one_row(database, f"SELECT {', '.join(cases)} FROM {relation}"), strict=True):
            found[name] = {form: (counts or {})[form] for form in FORMS if form in (counts or {})}
    return found


def _numbers(database: Any, relation: str, names: list[str]) -> dict[str, tuple[int, ...]]:
    number = f"regexp_full_match({{c}}, {_braced(_NUMBER)})"
    whole = "replace(replace(split_part({c}, '.', 1), '-', ''), ',', '')"
    answers = _ask(
        database, relation, names,
        f"coalesce(max(length(split_part({{c}}, '.', 2))) FILTER ({number}), 0)",
        f"coalesce(max(length({whole})) FILTER ({number}), 0)",
        f"count(*) FILTER ({number} AND regexp_matches({{c}}, '^-?0[0-9]'))",
        f"count(*) FILTER (regexp_matches({{c}}, {_braced(_LOOSE)}))",
    )  # fmt: skip
    return {name: tuple(map(int, row)) for name, row in answers.items()}


def _braced(pattern: str) -> str:
    """A pattern as a literal inside a question."""
    return literal(pattern).replace("{", "{{").replace("}", "}}")


def _values(database: Any, relation: str, names: list[str]) -> dict[str, list[tuple[str, int]]]:
    """All values of columns that have few, most frequent first."""
    return {
        name: sorted(((value, rows) for value, rows in counts.items()), key=lambda pair: (-pair[1], pair[0]))
        for name, (counts,) in _ask(database, relation, names, "histogram({c})").items()
    }

"""Report packs: which forms a commission is handed, and the checks they are held to, from `reference/reports`.

A form asks for cells; a cell takes an indicator (`GW08`, `GW08.numerator`, `GW08.denominator`, with `@edition` after
the id where it must be another than the standard one), an entered base (`population:permanent`) or an entered or
counted item (`item:post.01`). A check is a predicate over forms (`f07.standard <= f07.managed`), or a query.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from schemas.errors import SettingsError
from schemas.indicator import POPULATION, Indicator, find_indicator
from schemas.reference import REFERENCE, read_toml

ITEM = "item:"
PARTS = ("numerator", "denominator")
FOLDER = REFERENCE / "reports"
PERIODS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Cell:
    """One column of a form. `count` says that rows of subordinates add up to the row above (H19)."""

    id: str
    title: str
    take: str
    note: str = ""
    unit: str = ""

    @property
    def population(self) -> str | None:
        """The item of the base population that it takes, if it does."""
        return self.take.removeprefix(POPULATION) if self.take.startswith(POPULATION) else None

    @property
    def item(self) -> str | None:
        """The entered or counted item that it takes, if it does."""
        return self.take.removeprefix(ITEM) if self.take.startswith(ITEM) else None

    @property
    def by_hand(self) -> bool:
        """Whether people enter it: where nobody has, there is no number, and not zero."""
        item = self.item
        return item is not None and item not in ("posts", "beds") and not item.startswith("post.")

    @property
    def part(self) -> str:
        """`numerator`, `denominator`, or nothing for the indicator's value."""
        part = self.take.rpartition(".")[2]
        return part if part in PARTS and not self.item else ""

    def indicator(self, editions: dict[str, str]) -> Indicator | None:
        """The indicator that it takes, in the edition asked for; None for entered numbers.

        Raises:
            SettingsError: there is no such indicator or edition.
        """
        if self.population or self.item:
            return None
        key = self.take.removesuffix(f".{self.part}") if self.part else self.take
        return find_indicator(key, editions.get(key.partition("@")[0]) if "@" not in key else None)


@dataclass(frozen=True)
class Chart:
    """One chart of a form: bars of a cell over the organisations, or its columns side by side."""

    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One table of a pack; `level` is the lowest level that gets a row."""

    id: str
    title: str
    cells: tuple[Cell, ...]
    level: str = "township"
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Pack:
    """One workbook: its forms, the length of its period in months, its paper."""

    id: str
    edition: str
    title: str
    months: tuple[int, ...]
    forms: tuple[Form, ...]
    source: str
    systems: tuple[str, ...]
    paper: str = "A4"
    checked: bool = True
    quality: tuple[str, ...] = ()
    note: str = ""


class CheckKind(StrEnum):
    """How a check is made; each kind stands in `exports/commission/reports/checks.py`."""

    CELLS = "cells"
    QUERY = "query"
    ROLLUP = "rollup"
    MONOTONE = "monotone"
    MONTHS = "months"
    CHANGE = "change"


@dataclass(frozen=True)
class Check:
    """One balance that forms must keep (H1-H20). `hard` ones must hold; others must be explained.

    `holds` (sentence -> SQL) is about forms by id (`f07.standard <= f07.managed`), one row per organisation and scope,
    and may use `days` and `months` of the period; NULL means that a number is missing, and is not verified. `when`
    is SQL of the same kind, or empty. A `query` is `exports/commission/checks/<id>.sql` and gives org_code, sentence,
    left, right for each place that it looked at; the other kinds look at every count of the pack.
    """

    id: str
    title: str
    hard: bool
    kind: CheckKind = CheckKind.CELLS
    holds: dict[str, str] = field(default_factory=dict)
    when: str = ""
    levels: tuple[str, ...] = ()
    whole_year: bool = False
    line: int = 0
    note: str = ""


@cache
def load_packs() -> dict[str, Pack]:
    """Every pack by its id.

    Raises:
        SettingsError: a record lacks something or holds an unknown word.
    """
    packs = [_pack(path.stem) for path in sorted(FOLDER.glob("*.toml")) if path.stem != "checks"]
    return {pack.id: pack for pack in packs}


def find_pack(name: str) -> Pack:
    """One pack.

    Raises:
        SettingsError: there is none; the message names those there are.
    """
    if name not in load_packs():
        raise SettingsError(f"没有报表 {name}；现有：{'、'.join(load_packs())}。用 feijian report list 查看。")
    return load_packs()[name]


def _pack(name: str) -> Pack:
    content = read_toml(FOLDER / f"{name}.toml")
    try:
        forms = tuple(_form(record) for record in content.pop("form"))
        months = tuple(PERIODS[word] for word in content.pop("periods"))
        lists = {key: tuple(value) for key, value in content.items() if isinstance(value, list)}
        return Pack(id=name, forms=forms, months=months, **{**content, **lists})
    except (KeyError, TypeError) as error:
        raise SettingsError(f"reference/reports/{name}.toml 写法有误：{error}。") from None


def _form(record: dict[str, Any]) -> Form:
    cells = tuple(Cell(**cell) for cell in record["cell"])
    charts = tuple(Chart(chart["title"], tuple(chart["cells"])) for chart in record.get("chart", ()))
    unknown = {name for chart in charts for name in chart.cells} - {cell.id for cell in cells}
    if unknown:
        raise KeyError(f"表 {record['id']} 的图用了没有的格 {'、'.join(sorted(unknown))}")
    return Form(record["id"], record["title"], cells, record.get("level", "township"), charts)


@cache
def load_checks() -> tuple[tuple[Check, ...], tuple[Form, ...]]:
    """The checks H1-H20, and the forms that only they need (numbers that no pack shows).

    Raises:
        SettingsError: a record lacks something or holds an unknown word.
    """
    content = read_toml(FOLDER / "checks.toml")
    try:
        checks = tuple(_check(record) for record in content["check"])
        return checks, tuple(_form(record) for record in content.get("form", ()))
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"reference/reports/checks.toml 写法有误：{error}。") from None


def _check(record: dict[str, Any]) -> Check:
    kind = CheckKind(record.get("kind", "cells"))
    return Check(**{**record, "kind": kind, "levels": tuple(record.get("levels", ()))})

"""What a scaffold decides before it writes: which tables feed a std table, and what stands for each of its columns."""

import re
from dataclasses import dataclass, field

from flows.sources.catalogue import SourceTable
from schemas.dossier import AmountMatch

OUTPATIENT, INPATIENT = "MZ", "ZY"
_SIDES = {
    **dict.fromkeys(("mz", "op", "outp", "outpatient", "menzhen", "clinic"), OUTPATIENT),
    **dict.fromkeys(("zy", "ip", "inp", "inpatient", "zhuyuan", "ward"), INPATIENT),
}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Choice:
    """A source column that may stand for a std column: how sure (0 to 100), and why, in Chinese."""

    column: str
    score: int
    evidence: str = ""


@dataclass(frozen=True)
class Candidate:
    """A source table that may feed a std table, with the choices for its columns, best first.

    `rows` is what it holds, None when nobody knows; `codes` are the values seen in its code columns.
    """

    table: SourceTable
    score: int
    evidence: str
    rows: int | None
    columns: dict[str, tuple[Choice, ...]]
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a dossier has: std table -> candidates, best first.

    `proved` is, per source table, what agreed with the cashier's daily report: amount, date, filter; all equally well.
    `strangers` are the tables whose column called like the institution's code holds something else; `institutions` is
    how many there are.
    """

    candidates: dict[str, tuple[Candidate, ...]]
    proved: dict[str, tuple[AmountMatch, ...]] = field(default_factory=dict)
    strangers: frozenset[str] = frozenset()
    institutions: int = 1


@dataclass(frozen=True)
class Mapped:
    """One std column of one feed: its SQL, the source columns it reads, the evidence, and what a person must check."""

    std: str
    sql: str
    columns: tuple[str, ...]
    evidence: str
    todo: str = ""


@dataclass(frozen=True)
class Feed:
    """One source table that gives rows to a std table; `org` and `date` cut what is read, `settled` what counts."""

    std: str
    candidate: Candidate
    mapped: dict[str, Mapped]
    org: str = ""
    date: str = ""
    settled: tuple[str, str] | None = None

    @property
    def table(self) -> SourceTable:
        """The source table."""
        return self.candidate.table

    @property
    def name(self) -> str:
        """What the adapter's SQL calls the table."""
        return sql_name(self.table.name)


@dataclass(frozen=True)
class Place:
    """The institution as a literal, where the database does not know its own code."""

    code: str
    name: str


@dataclass(frozen=True)
class Draft:
    """A whole adapter before it is written.

    `feeds` holds the feeds of each std table that has one, `absent_tables` the reason (Chinese) for each other one,
    `codes` the local codes (name -> code -> national code or the same code) and `todos` what concerns no single column.
    """

    name: str
    title: str
    feeds: dict[str, tuple[Feed, ...]]
    absent_tables: dict[str, str]
    codes: dict[str, dict[str, str]]
    place: Place | None
    todos: tuple[str, ...]


def words_of(name: str) -> list[str]:
    """The words of an identifier, in small letters: `tbl_OutpFee` -> tbl, outp, fee."""
    return [word.casefold() for word in _WORDS.findall(name)]


def side_of(table: SourceTable) -> str:
    """Whether a table is of outpatients or inpatients, by its name or comment; empty when neither or both."""
    sides = {_SIDES[word] for word in words_of(table.name) if word in _SIDES}
    sides |= {side for word, side in (("门诊", OUTPATIENT), ("住院", INPATIENT)) if word in table.comment}
    return sides.pop() if len(sides) == 1 else ""


def sideless(name: str) -> str:
    """A table's name without its side, so that `mz_fymx` and `zy_fymx` are seen to be one thing."""
    return "_".join("*" if word in _SIDES else word for word in words_of(name))


def sql_name(name: str) -> str:
    """The name of a table as SQL can say it: without its schema, without odd characters."""
    last = name.rsplit(".", 1)[-1]
    return last if _PLAIN.fullmatch(last) else re.sub(r"\W", "_", f"t_{last}")


def sql_column(name: str) -> str:
    """A column as the SQL of an adapter writes it."""
    return name if _PLAIN.fullmatch(name) and name.islower() else '"' + name.replace('"', '""') + '"'

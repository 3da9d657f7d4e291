"""What a paper says, before it is a document: facts with their labels, and lists with their columns.

Papers are filled from here and read back against here, so that a number has one origin: the package.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

EDITION = "1"  # of the wording; raise it with every change, so that older papers are not held against newer words
BLANK = "____________________"
NONE = "（无）"


@dataclass(frozen=True)
class Fact:
    """A label and what stands beside it; `proven` when the package itself says so.

    A value of None is the template's own, such as a place to sign: only the label must be there.
    """

    label: str
    value: str | None
    proven: bool = True


@dataclass(frozen=True)
class Listing:
    """A list: its tag, its columns, its rows. `words` name each row in front of users (`文件 data/…`)."""

    tag: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]

    @property
    def records(self) -> list[dict[str, str]]:
        """The rows as templates see them: `行.列名`."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Chapter:
    """One table of a list that the template repeats as a whole, such as the columns of one data table."""

    head: dict[str, str]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chapters:
    """A list of lists: the template repeats `tag`, and in it the rows of `rows_tag`."""

    tag: str
    rows_tag: str
    columns: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    words: tuple[str, ...]

    @property
    def listing(self) -> Listing:
        """All rows in one list, as they stand in the document one below the other."""
        rows = tuple(row for chapter in self.chapters for row in chapter.rows)
        return Listing(self.tag, self.columns, rows, self.words)

    @property
    def records(self) -> list[dict[str, Any]]:
        """The chapters as templates see them."""
        return [
            {**one.head, self.rows_tag: [dict(zip(self.columns, row, strict=True)) for row in one.rows]}
            for one in self.chapters
        ]


@dataclass(frozen=True)
class Paper:
    """One paper: `name` is that of its template and, with `.docx`, of its file."""

    name: str
    facts: tuple[Fact, ...]
    lists: tuple[Listing, ...] = ()
    chapters: tuple[Chapters, ...] = ()

    @property
    def file(self) -> str:
        """The name of the document."""
        return f"{self.name}.docx"

    @property
    def tables(self) -> tuple[Listing, ...]:
        """Every list, chapters joined."""
        return (*self.lists, *(one.listing for one in self.chapters))

    @property
    def context(self) -> dict[str, Any]:
        """What the tags of the template mean."""
        return {
            **{fact.label: fact.value for fact in self.facts if fact.value is not None},
            **{one.tag: one.records for one in self.lists},
            **{one.tag: one.records for one in self.chapters},
        }


def listing(
    tag: str, columns: Sequence[str], rows: Iterable[Sequence[object]], word: str = "", named: int = 0
) -> Listing:
    """A list whose rows are called after `word` and their `named`-th cell; one that is empty says so in one row."""
    cells = tuple(tuple(plain(cell) for cell in row) for row in rows)
    filled = cells or ((NONE, *[""] * (len(columns) - 1)),)
    return Listing(tag, tuple(columns), filled, tuple(f"{word or tag} {row[named]}".strip() for row in filled))


def plain(value: object) -> str:
    """Text that Word takes as it is: no control characters but line breaks, nothing around it."""
    text = "" if value is None else str(value)
    return "".join(char for char in text if char == "\n" or (char.isprintable() or char == "\u3000")).strip()

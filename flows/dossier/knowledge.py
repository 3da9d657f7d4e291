"""What is known of names, comments and value shapes in hospital systems, from `reference/dossier`."""

import re
from dataclasses import dataclass
from functools import cache

from schemas.reference import REFERENCE, read_rows, read_toml

FOLDER = REFERENCE / "dossier"
LONG = 4
TABLE_WORDS = ("b", "jl", "jlb")


@dataclass(frozen=True)
class Concept:
    """One thing that a name may speak of; `title` is Chinese."""

    title: str
    names: frozenset[str]
    comments: tuple[str, ...]


@dataclass(frozen=True)
class StdKnowledge:
    """Points per concept, signature std columns and the std tables that the rows point at."""

    concepts: dict[str, int]
    columns: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(frozen=True)
class ColumnWords:
    """How a std column is called in hospital systems, and the shape of its values."""

    names: tuple[str, ...]
    comments: tuple[str, ...]
    shape: str


@dataclass(frozen=True)
class Privacy:
    """Which columns may show values."""

    private_names: frozenset[str]
    private_comments: tuple[str, ...]
    code_words: frozenset[str]
    code_initials: frozenset[str]
    code_comments: tuple[str, ...]
    most: int
    longest: int


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by name."""
    content = read_toml(FOLDER / "concepts.toml")
    return {
        name: Concept(one["title"], frozenset(one["names"]), tuple(one["comments"])) for name, one in content.items()
    }


@cache
def std_knowledge() -> dict[str, StdKnowledge]:
    """What speaks for each std table."""
    content = read_toml(FOLDER / "tables.toml")
    return {
        name: StdKnowledge(one["concepts"], tuple(one["columns"]), tuple(one.get("links", ())))
        for name, one in content.items()
        if name != "weights"
    }


@cache
def weights() -> dict[str, int]:
    """The points that hold for every std table."""
    return dict(read_toml(FOLDER / "tables.toml")["weights"])


@cache
def column_words() -> dict[str, ColumnWords]:
    """Std column -> how it is called."""
    return {
        row["column"]: ColumnWords(tuple(row["names"].split()), tuple(row["comments"].split()), row["shapes"])
        for row in read_rows(FOLDER / "columns.csv")
    }


@cache
def shapes() -> tuple[int, dict[str, re.Pattern[str]], dict[str, str]]:
    """The share in percent, the patterns and the Chinese titles of value shapes."""
    content = read_toml(FOLDER / "shapes.toml")
    return content["share"], {name: re.compile(text) for name, text in content["patterns"].items()}, content["titles"]


@cache
def privacy() -> Privacy:
    """Which columns may show values."""
    content = read_toml(FOLDER / "private.toml")
    return Privacy(
        frozenset(content["private_names"]),
        tuple(content["private_comments"]),
        frozenset(content["code_words"]),
        frozenset(content["code_initials"]),
        tuple(content["code_comments"]),
        content["most_values"],
        content["longest_value"],
    )


@cache
def parts(name: str) -> tuple[str, ...]:
    """The words of a name, lower case: `tbl_OutpFeeDetail` -> tbl, outp, fee, detail."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return tuple(re.findall(r"[a-z]+|[一-鿿]+|\d+", split.lower()))


@cache
def words(name: str) -> frozenset[str]:
    """The words of a name, with pinyin initials that stand together taken apart: `mz_fymx` -> mz, fymx, fy, mx."""
    known = frozenset(word for concept in concepts().values() for word in concept.names if len(word) < LONG)
    found: set[str] = set()
    for part in parts(name):
        found.add(part)
        if len(part) <= 2 * LONG:
            found.update(_apart(part, known | frozenset(TABLE_WORDS)) or ())
    return frozenset(found)


def _apart(part: str, known: frozenset[str]) -> tuple[str, ...] | None:
    if not part:
        return ()
    for length in range(min(len(part), LONG), 0, -1):
        if part[:length] in known:
            rest = _apart(part[length:], known)
            if rest is not None:
                return (part[:length], *rest)
    return None


@cache
def named(concept: str, name: str, comment: str) -> str:
    """Chinese words on why a table's name or comment speaks of a concept; empty if it does not."""
    return speaks_of(concepts()[concept], name, comment)


def speaks_of(concept: Concept, name: str, comment: str) -> str:
    """Chinese words on why a name or comment speaks of a concept; empty if it does not."""
    said = next((word for word in concept.comments if word in comment), "")
    if said:
        return f"注释“{comment}”含“{said}”"
    own, squashed = words(name), "".join(parts(name))
    for word in sorted(concept.names, key=lambda word: (-len(word), word)):
        if word in own or (len(word) > LONG and word in squashed):
            return f"表名 {name} 含“{word}”（{concept.title}）"
    return ""

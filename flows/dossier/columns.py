"""Which source columns may stand for the columns of a std table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flows.dossier.look import Looked
from flows.dossier.shapes import shapes
from flows.dossier.words import Words, words_of
from schemas.dossier import ColumnChoice, SeenColumn
from schemas.reference import REFERENCE, read_rows
from schemas.std import std_table

BEST, LEAST = 3, 30  # choices that are told for a column, and how sure one must be
_KINDS = {
    "money": ("decimal", "int"),
    "number": ("decimal", "int"),
    "time": ("timestamp", "date", "string"),
    "date": ("timestamp", "date", "string"),
}
_PRODUCT = ("pric", "cnt", "det_item_fee_sumamt")
_SHAPES = {
    "certno": "certificate",
    "brdy": "birth",
    "diag_code": "icd",
    "spec": "specification",
    "med_list_codg": "national",
}


@dataclass(frozen=True)
class Wanted:
    """A std column: the sets of concepts that may say it, and the kind of value that it holds."""

    std: str
    title: str
    concepts: tuple[frozenset[str], ...]
    kind: str


@cache
def wanted(table: str) -> tuple[Wanted, ...]:
    """The columns of a std table that a dossier knows how to look for."""
    rows = {row["std"]: row for row in read_rows(REFERENCE / "dossier" / "columns.csv")}
    found = []
    for column in std_table(table).columns:
        row = rows.get(f"{table}.{column.name}") or rows.get(f"*.{column.name}")
        if row:
            sets = tuple(frozenset(one.split("+")) for one in row["concepts"].split("|"))
            found.append(Wanted(column.name, column.title, sets, row["kind"]))
    return tuple(found)


def choices(table: str, looked: Looked) -> dict[str, tuple[ColumnChoice, ...]]:
    """Std column -> the source columns that may stand for it, the likeliest first; those without any are left out."""
    found = {}
    named = [(column, words_of(column.name, column.comment)) for column in looked.seen.columns]
    for want in wanted(table):
        likely = [one for column, words in named if (one := _choice(want, column, words, looked)) is not None]
        if likely:
            found[want.std] = tuple(sorted(likely, key=lambda one: (-one.score, one.column))[:BEST])
    return found


def _choice(want: Wanted, column: SeenColumn, words: Words, looked: Looked) -> ColumnChoice | None:
    """How a source column may stand for a std column; None when nothing speaks for it."""
    said = [need for need in want.concepts if need <= words.weights.keys()]
    shaped = column.shape != "" and column.shape == _SHAPES.get(want.std)
    multiplied = looked.product is not None and dict(zip(_PRODUCT, looked.product, strict=True)).get(want.std)
    if not said and not shaped and multiplied != column.name:
        return None
    score, need = max(((_said(words, need), need) for need in said), key=lambda one: one[0], default=(0.0, frozenset()))
    reasons = [f"名称或注释说的是{_named(words, need)}"] if need else []
    if shaped:
        score, reasons = score + 0.5, [*reasons, f"值的样子是{shapes()[column.shape]['title']}"]
    if want.kind in _KINDS and not column.arrow.startswith(_KINDS[want.kind]):
        score *= 0.3
    if multiplied == column.name:
        score, reasons = score + 0.5, [*reasons, "单价×数量=金额"]
    if looked.seen.key == (column.name,) and frozenset({"id"}) in want.concepts:
        score += 0.1
    if looked.seen.sampled and not column.filled:
        score, reasons = score * 0.6, [*reasons, "抽样中全为空"]
    sure = min(100, round(score * 100))
    return ColumnChoice(column.name, sure, "；".join(reasons)) if sure >= LEAST else None


def _said(words: Words, need: frozenset[str]) -> float:
    """How surely a name says what is needed, and not much more than that."""
    surely = sum(words.weights[concept] for concept in need)
    more = words.total - surely
    return surely / (len(need) + 0.15 * more)


def _named(words: Words, need: frozenset[str]) -> str:
    return "、".join(f"“{words.said[concept]}”" for concept in sorted(need))


def answered(found: dict[str, tuple[ColumnChoice, ...]], names: Sequence[str]) -> float:
    """The share of these std columns that have a likely source column, each weighed by how sure it is."""
    if not names:
        return 0.0
    return sum(found[name][0].score / 100 for name in names if name in found) / len(names)

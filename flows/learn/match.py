"""Which known table and column a learnt one is: by name, label, synonym and content, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from flows.learn.join import Joined
from flows.learn.observe import Observed
from schemas.format import Format, FormatColumn, FormatTable
from schemas.vocabulary import Vocabulary
from schemas.words import plain

SURE = Decimal("0.90")
LEAST_SHARE = Decimal("0.40")


@dataclass(frozen=True)
class Match:
    """What a column is taken for.

    `known` is the column of the known table, `std_field` the field of our model when only that is known. `sure` runs
    from 0 to 1; below SURE a person is asked. `evidence` says in Chinese what it rests on.
    """

    known: FormatColumn | None = None
    std_field: str = ""
    sure: Decimal = Decimal(0)
    evidence: str = ""

    @property
    def asked(self) -> bool:
        """Whether a person must confirm it."""
        return self.sure < SURE


@dataclass(frozen=True)
class TableMatch:
    """The known table that a learnt one is taken for (None: none of them), and its columns."""

    known: FormatTable | None
    share: Decimal
    columns: dict[str, Match]


def best_format(tables: list[Joined], formats: list[Format], words: Vocabulary) -> Format | None:
    """The known format that the delivery as a whole resembles most; None when it resembles none."""
    scored = [(sum((_best_table(table, form, words)[1] for table in tables), Decimal(0)), form) for form in formats]
    best = max(scored, key=lambda pair: pair[0], default=(Decimal(0), None))
    return best[1] if best[0] > 0 else None


def match_table(table: Joined, seen: dict[str, Observed], form: Format | None, words: Vocabulary) -> TableMatch:
    """Match one table and its columns against one format."""
    known, share = _best_table(table, form, words) if form else (None, Decimal(0))
    if known is None:
        return TableMatch(None, share, {name: _by_field(table, name, words) for name in table.header})
    found = _by_names(table, known, words)
    _by_place(table, known, seen, found)
    _by_values(table, known, seen, found)
    return TableMatch(known, share, {name: found.get(name) or _by_field(table, name, words) for name in table.header})


def _best_table(table: Joined, form: Format, words: Vocabulary) -> tuple[FormatTable | None, Decimal]:
    scored = [(_share(table, known, words), known) for known in form.tables if known.columns]
    share, known = max(scored, key=lambda pair: pair[0], default=(Decimal(0), None))
    return (known, share) if share >= LEAST_SHARE else (None, Decimal(0))


def _share(table: Joined, known: FormatTable, words: Vocabulary) -> Decimal:
    """Twice the columns in common over the columns of both, and a nudge for the table's own name."""
    common = len(_by_names(table, known, words))
    bonus = Decimal("0.05") if plain(table.name) in (plain(known.name), plain(known.title)) else Decimal(0)
    return Decimal(2 * common) / (len(table.header) + len(known.columns)) + bonus


def _by_names(table: Joined, known: FormatTable, words: Vocabulary) -> dict[str, Match]:
    """Columns that bear the known name, label or a synonym of it; each known column is given away once."""
    found: dict[str, Match] = {}
    free = list(known.columns)
    for sure, evidence, ours, theirs in _NAMED:
        for name in table.header:
            called = ours(name, table.labels[name], words) if name not in found else frozenset()
            hits = [one for one in free if called & theirs(one)] if called else []
            if len(hits) == 1 or (hits and sure == 1):
                found[name] = Match(hits[0], hits[0].std_field, sure, evidence)
                free.remove(hits[0])
    return found


Ours = Callable[[str, str, Vocabulary], frozenset[str]]
Theirs = Callable[[FormatColumn], frozenset[str]]
_NAMED: tuple[tuple[Decimal, str, Ours, Theirs], ...] = (
    (
        Decimal("1.00"),
        "列名相同",
        lambda name, label, words: frozenset({plain(name)}),
        lambda one: frozenset({plain(one.name), plain(one.field)}),
    ),
    (
        Decimal("0.95"),
        "中文名相同",
        lambda name, label, words: frozenset({plain(name), plain(label)} - {""}),
        lambda one: frozenset({plain(one.label)}),
    ),
    (
        Decimal("0.92"),
        "同义词",
        lambda name, label, words: words.std_fields(name, label),
        lambda one: frozenset({one.std_field} - {""}),
    ),
)


def _by_place(table: Joined, known: FormatTable, seen: dict[str, Observed], found: dict[str, Match]) -> None:
    """A lone unknown column between two known neighbours, where the known table has a lone column too."""
    order = {column.name: place for place, column in enumerate(known.columns)}
    taken = {match.known.name for match in found.values() if match.known}
    header = table.header
    for place, name in enumerate(header):
        if name in found:
            continue
        before = found.get(header[place - 1]) if place else None
        after = found.get(header[place + 1]) if place + 1 < len(header) else None
        if not before or not after or not before.known or not after.known:
            continue
        if order[after.known.name] - order[before.known.name] != 2:
            continue
        between = known.columns[order[before.known.name] + 1]
        if between.name not in taken and _fits(seen[name], between):
            found[name] = Match(
                between,
                between.std_field,
                Decimal("0.60"),
                f"位于 {before.known.name} 与 {after.known.name} 之间，取值相符",
            )


def _by_values(table: Joined, known: FormatTable, seen: dict[str, Observed], found: dict[str, Match]) -> None:
    """An unknown column whose values all stand in the code list of just one free known column."""
    taken = {match.known.name for match in found.values() if match.known}
    for name in table.header:
        if name in found or not seen[name].values:
            continue
        values = {value for value, _ in seen[name].values}
        hits = [one for one in known.columns if one.codes and one.name not in taken and values <= set(one.codes)]
        if len(hits) == 1:
            found[name] = Match(hits[0], hits[0].std_field, Decimal("0.70"), "取值都在该列的代码表中")
            taken.add(hits[0].name)


def _fits(seen: Observed, known: FormatColumn) -> bool:
    """Whether nothing that stands in the column speaks against the known one."""
    if known.codes and seen.values and not {value for value, _ in seen.values} <= set(known.codes):
        return False
    if known.kind in ("date", "datetime"):
        return bool(seen.dates) or not seen.filled
    if known.kind == "decimal":
        return not seen.filled or not set(seen.forms) - {"digits", "negative", "decimal", "grouped"}
    return not seen.dates


def _by_field(table: Joined, name: str, words: Vocabulary) -> Match:
    """A column that no known table has may still be a field of our model."""
    fields = words.std_fields(name, table.labels[name])
    if len(fields) == 1:
        [field] = fields
        return Match(None, field, Decimal("0.80"), "名称与标准字段相符，但所属的表没有这一列")
    if fields:
        return Match(None, "", Decimal("0.30"), "可能是 " + "、".join(sorted(fields)))
    return Match(evidence="没有相近的名称或取值")

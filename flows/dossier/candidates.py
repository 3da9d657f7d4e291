"""Which source table may be which std table, and which of its columns which std column, with the evidence."""

from dataclasses import replace
from functools import cache

from flows.dossier.knowledge import (
    LONG,
    ColumnWords,
    column_words,
    named,
    parts,
    shapes,
    std_knowledge,
    weights,
)
from flows.dossier.look import Samples
from schemas.dossier import Candidate, ColumnCandidate, ColumnProfile, StdCandidates, TableProfile
from schemas.std import MODELS, std_table

SHOWN = 10
COLUMNS_SHOWN = 3
LIKELY = 3
EXACT, WHOLE, PART, COMMENT, TITLE, SHAPE = 30, 20, 12, 18, 14, 10
GOOD = 18
TELLING = frozenset({"id_card", "drug", "icd10", "org"})


def point(tables: tuple[TableProfile, ...], samples: Samples) -> tuple[TableProfile, ...]:
    """The same tables, each column with the tables whose key holds its sampled values."""
    keys = {table.name: samples[table.name].get(table.key[0], frozenset()) for table in tables if len(table.key) == 1}
    return tuple(
        replace(
            table,
            columns=tuple(
                replace(column, points_to=_pointed(table, column, samples, keys)) for column in table.columns
            ),
        )
        for table in tables
    )


def _pointed(
    table: TableProfile, column: ColumnProfile, samples: Samples, keys: dict[str, frozenset[str]]
) -> tuple[str, ...]:
    values = samples[table.name].get(column.name, frozenset())
    telling = {value for value in values if len(value) >= LONG}
    if column.name in table.key or len(telling) < 2 or "money" in column.shapes or column.first:
        return ()
    return tuple(
        name for name, key in keys.items() if name != table.name and len(telling & key) * 10 >= len(telling) * 9
    )


def rank(tables: tuple[TableProfile, ...]) -> tuple[StdCandidates, ...]:
    """The candidates of every std table of the insurance model, best first; a second pass counts what points where."""
    _columns.cache_clear()
    first = {std: _candidates(std, tables, {}) for std in MODELS}
    likely = {std: tuple(one.table for one in found[:LIKELY]) for std, found in first.items()}
    return tuple(StdCandidates(std, std_table(std).title, _candidates(std, tables, likely)[:SHOWN]) for std in MODELS)


def _candidates(
    std: str, tables: tuple[TableProfile, ...], likely: dict[str, tuple[str, ...]]
) -> tuple[Candidate, ...]:
    found = [one for table in tables if (one := _candidate(std, table, likely)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.score, one.table)))


def _candidate(std: str, table: TableProfile, likely: dict[str, tuple[str, ...]]) -> Candidate | None:
    known, points = std_knowledge()[std], weights()
    evidence, score = [], 0
    for concept, worth in known.concepts.items():
        if why := named(concept, table.name, table.comment):
            score += worth
            evidence.append(f"{why}（{worth:+d}）")
    columns = _columns(std, table)
    hits = [name for name in known.columns if columns.get(name) and columns[name][0].score >= GOOD]
    if score <= 0 and len(hits) < 2:
        return None
    if hits:
        score += points["column"] * len(hits)
        listed = "、".join(f"{columns[name][0].column}→{name}" for name in hits)
        evidence.append(f"有 {len(hits)}/{len(known.columns)} 个特征列：{listed}（{points['column'] * len(hits):+d}）")
    for link in known.links:
        if said := _linked(table, likely.get(link, ())):
            score += points["link"]
            evidence.append(f"{said}，而那张表像“{std_table(link).title}”（{points['link']:+d}）")
    if table.rows == 0:
        score += points["empty"]
        evidence.append(f"表中没有数据，其中内容未核实（{points['empty']:+d}）")
    return Candidate(table.name, score, tuple(evidence), columns) if score > 0 else None


def _linked(table: TableProfile, likely: tuple[str, ...]) -> str:
    for column in table.columns:
        for name in column.points_to:
            if name in likely:
                return f"列 {column.name} 的值都在表 {name} 的主键中"
    return ""


@cache
def _columns(std: str, table: TableProfile) -> dict[str, tuple[ColumnCandidate, ...]]:
    found = {}
    for wanted in std_table(std).columns:
        if wanted.name.startswith("_"):
            continue
        known = column_words().get(wanted.name, ColumnWords((wanted.name,), (), ""))
        scored = [one for column in table.columns if (one := _column(known, wanted.title, column)) is not None]
        if scored:
            ordered = sorted(scored, key=lambda one: (-one.score, one.column))
            found[wanted.name] = tuple(ordered[:COLUMNS_SHOWN])
    return found


def _column(known: ColumnWords, title: str, column: ColumnProfile) -> ColumnCandidate | None:
    score, evidence = _named(known, column)
    if column.comment:
        said = next((word for word in known.comments if word.lower() in column.comment.lower()), "")
        if said:
            score += COMMENT + min(len(said), LONG)
            evidence.append(f"注释“{column.comment}”含“{said}”")
        elif title in column.comment or (len(column.comment) >= LONG and column.comment in title):
            score += TITLE
            evidence.append(f"注释“{column.comment}”与标准名称“{title}”相合")
    if known.shape and column.shapes:
        if known.shape in column.shapes:
            telling = known.shape in TELLING
            score += (GOOD if telling else SHAPE) if score or telling else 0
            if score:
                evidence.append(f"取样的值多为{shapes()[2][known.shape]}")
        elif score:
            score -= SHAPE
            evidence.append(f"取样的值不像{shapes()[2][known.shape]}")
    return ColumnCandidate(column.name, score, tuple(evidence)) if score > 0 else None


def _named(known: ColumnWords, column: ColumnProfile) -> tuple[int, list[str]]:
    own = parts(column.name)
    squashed = "".join(own)
    for place, name in enumerate(known.names):
        wanted = name.replace("_", "")
        if squashed == wanted:
            return EXACT - min(place, COLUMNS_SHOWN), [f"列名 {column.name} 是常见写法"]
    for name in known.names:
        wanted = name.replace("_", "")
        if len(wanted) > LONG and wanted in squashed:
            return WHOLE, [f"列名 {column.name} 含“{name}”"]
    if any(name in own[-1:] for name in known.names if len(name) > 1):
        return PART, [f"列名 {column.name} 以常见写法结尾"]
    return 0, []

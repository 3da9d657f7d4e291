"""Which source tables may feed a std table: by name and comment, columns, values, and what they point at."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from flows.dossier.columns import answered, choices, wanted
from flows.dossier.look import Looked
from flows.dossier.shapes import shapes
from flows.dossier.words import Words, words_of
from schemas.dossier import Candidate
from schemas.reference import REFERENCE, read_toml
from schemas.std import MODELS, std_table

SHOWN, PREPARED = 5, 12  # candidates that are told, and that are looked at closely
NAME, COLUMNS, LINK = 40, 35, 6  # points for the whole name, for all columns, and for each table that it points at
EMPTY = 0.6  # what an empty table keeps of its points
ENOUGH = 12  # points from which a table is a candidate at all


@cache
def rules() -> dict[str, Any]:
    """`reference/dossier/tables.toml`."""
    return read_toml(REFERENCE / "dossier" / "tables.toml")


def candidates_of(tables: Sequence[Looked]) -> dict[str, tuple[Candidate, ...]]:
    """Std table -> the source tables that may feed it, the likeliest first."""
    first = {std: _ranked(std, tables, {}) for std in MODELS if std in rules()}
    by_name = {one.seen.name: one for one in tables}
    targets = {std: [by_name[one.table] for one in found[:3]] for std, found in first.items()}
    return {
        std: tuple(_ranked(std, [by_name[one.table] for one in found[:PREPARED]], targets)[:SHOWN])
        for std, found in first.items()
    }


def _ranked(std: str, tables: Sequence[Looked], targets: dict[str, list[Looked]]) -> list[Candidate]:
    found = [one for table in tables if (one := _candidate(std, table, targets)).score >= ENOUGH]
    return sorted(found, key=lambda one: (-one.score, one.table))


def _candidate(std: str, looked: Looked, targets: dict[str, list[Looked]]) -> Candidate:
    rule, table = rules()[std], looked.seen
    words = words_of(table.name, table.comment)
    columns = choices(std, looked)
    points, evidence = _name_points(rule, words)
    share = answered(columns, rule["columns"])
    points += COLUMNS * share
    evidence += _column_evidence(std, columns, rule["columns"])
    for more, said in (_shape_points(rule, looked), _links(std, rule, looked, targets)):
        points, evidence = points + more, evidence + said
    if table.rows == 0:
        points, evidence = points * EMPTY, [*evidence, "表是空的"]
    if rule.get("few") and table.rows > rule["few"]:
        points, evidence = points * EMPTY, [*evidence, f"{table.rows} 行，多得不像"]
    return Candidate(table.name, max(0, min(100, round(points))), tuple(evidence), columns)


def _name_points(rule: dict[str, Any], words: Words) -> tuple[float, list[str]]:
    wants, shuns = rule["want"], rule.get("shun", {})
    most = sum(sorted(wants.values(), reverse=True)[:2])
    good = sum(weight * words.has(concept) for concept, weight in wants.items())
    bad = sum(weight * words.has(concept) for concept, weight in shuns.items())
    said = sorted({words.said[concept] for concept in wants if words.has(concept)})
    against = sorted({words.said[concept] for concept in shuns if words.has(concept) >= 0.5} - set(said))
    evidence = [f"表名或注释里有{'、'.join(f'“{word}”' for word in said)}"] if said else []
    evidence += [f"不利：{'、'.join(f'“{word}”' for word in against)}"] if against else []
    return NAME * min(1.0, (good - bad) / most), evidence


def _column_evidence(std: str, columns: dict[str, Any], names: Sequence[str]) -> list[str]:
    titles = {want.std: want.title for want in wanted(std)}
    found = [f"{columns[name][0].column}≈{titles[name]}" for name in names if name in columns]
    return [f"{len(found)}/{len(names)} 个要紧的列有着落：{'，'.join(found)}"] if found else []


def _shape_points(rule: dict[str, Any], looked: Looked) -> tuple[float, list[str]]:
    points, evidence = 0.0, []
    for shape, weight in rule.get("shapes", {}).items():
        if shape == "product":
            if looked.product:
                points += weight
                evidence.append("{}×{}={} 逐行成立".format(*looked.product))
            continue
        has = [column.name for column in looked.seen.columns if column.shape == shape]
        if has:
            points += weight
            evidence.append(f"列 {'、'.join(has[:3])} 的值像{shapes()[shape]['title']}")
    return points, evidence


def _links(std: str, rule: dict[str, Any], looked: Looked, targets: dict[str, list[Looked]]) -> tuple[float, list[str]]:
    points, evidence = 0.0, []
    for other in rule.get("points", ()):
        link = next((said for one in targets.get(other, ()) if (said := _points_at(looked, one))), "")
        if link:
            points += LINK
            evidence.append(f"{link}（{std_table(other).title}的候选表）")
    return points, evidence


def _points_at(looked: Looked, other: Looked) -> str:
    """In words how a table's values are contained in another's key; empty when they are not."""
    if other.seen.name == looked.seen.name or len(other.seen.key) != 1:
        return ""
    declared = next(
        (column for column, (table, _) in looked.source.references.items() if table == other.seen.name), None
    )
    if declared:
        return f"外键 {declared} 指向 {other.seen.name}"
    key = other.seen.key[0]
    held = other.values.get(key, frozenset())
    for column, values in looked.values.items():
        if column in looked.seen.key or len(values) < 2 or not _called_alike(column, key, other):
            continue
        if len(values & held) * 2 >= min(len(values), len(held)) > 0:
            return f"列 {column} 的值见于 {other.seen.name}.{key}"
    return ""


def _called_alike(column: str, key: str, other: Looked) -> bool:
    """Whether a column is called like another table's key: the same name, or the table's words and then the key's."""
    if column.lower() == key.lower():
        return key.lower() != "id"
    mine, theirs = words_of(column).weights, words_of(other.seen.name, other.seen.comment).weights
    return any(mine.get(concept, 0) >= 0.5 and weight >= 0.5 for concept, weight in theirs.items() if concept != "id")

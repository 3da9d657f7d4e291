"""What a report says beside its forms: changes, where entered bases come from, who has not handed in."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from exports.commission.engine.change import change_of, taken_apart
from exports.commission.published import Published
from exports.commission.reports.book.frame import Change
from exports.commission.reports.compute import Asked
from exports.commission.reports.values import CellValue, Report
from schemas.commission.std import SYSTEMS
from schemas.figure import NO_RATE, Scope
from schemas.period import Kind, Year
from schemas.reference import REFERENCE, read_rows

ITEMS = REFERENCE / "codes" / "commission" / "population_item.csv"
FEW = 3
BASIS = {"surveyed": "调查", "registered": "登记", "estimated": "估算"}


def changes_told(report: Report, asked: Asked, published: Published | None) -> Iterator[Change]:
    """The area's own numbers against last year, the period before, and last year's published ones."""
    area = report.nodes[0]
    titles = {form.id: form.title for form in report.pack.forms}
    for (form, cell, node, scope), value in report.values.items():
        if form not in titles or node != area.code or scope is not Scope.ALL:
            continue
        place = (form, cell, node, scope)
        is_rate = not value.counted
        last = report.last_year.get(place)
        now, before = _alone(report, value, place)
        frozen = published.values.get(place) if published else None
        told = f"上年已发布 {_shown(frozen)}，{change_of(value.final, frozen, is_rate=is_rate).text}" if frozen else ""
        yield Change(
            titles[form],
            value.cell.title,
            value.cell.unit,
            _shown(value.final),
            _shown(last),
            change_of(value.final, last, is_rate=is_rate).text,
            _shown(before),
            change_of(now, before, is_rate=is_rate).text,
            told,
        )


def _alone(report: Report, value: CellValue, place: Any) -> tuple[Decimal | None, Decimal | None]:
    """The period alone and the one before: cumulative counts are taken apart, everything else stands as it is."""
    before = report.before.get(place)
    if not value.cumulative or not value.counted:
        return value.final, before
    earlier = report.period.before
    if report.period.opens_year:
        return value.final, None
    now = taken_apart(value.final, before, report.period.opens_year)
    return now, before if earlier.opens_year else taken_apart(before, report.earlier.get(place), False)


def _shown(value: Decimal | None) -> str:
    return NO_RATE if value is None else f"{value:f}"


def bases_told(database: Any, asked: Asked, report: Report) -> tuple[tuple[str, str, str, int], ...]:
    """Each entered base of the report: item, organisations, where their numbers come from, how many entries."""
    taken = [cell.population for form in asked.pack.forms for cell in form.cells]
    items = {item for item in (*taken, *(one.population for one in asked.indicators)) if item}
    labels = {row["code"]: row["label"] for row in read_rows(ITEMS)}
    names = {node.code: node.name for node in report.nodes}
    rows = database.execute(
        "SELECT item, org_code, basis, source, as_of FROM base_population WHERE list_contains($items, item)"
        " AND year = $year AND list_contains($orgs, org_code)"
        " QUALIFY row_number() OVER (PARTITION BY org_code, item, covers ORDER BY version DESC, updated_at DESC) = 1"
        " ORDER BY ALL",
        {"items": sorted(items), "year": report.period.year, "orgs": sorted(names)},
    ).fetchall()
    found: dict[tuple[str, str], list[str]] = {}
    for item, org, basis, source, as_of in rows:
        way = f"{BASIS[basis]}（{source or '未写来源'}，截至 {as_of}）"
        found.setdefault((labels.get(item, item), way), []).append(names[org])
    return tuple((item, _named(orgs), way, len(orgs)) for (item, way), orgs in found.items())


def _named(orgs: list[str]) -> str:
    return "、".join(orgs[:FEW]) + (f" 等 {len(orgs)} 个机构" if len(orgs) > FEW else "")


def unreported_told(database: Any, asked: Asked, report: Report) -> tuple[tuple[str, str], ...]:
    """Organisations of the area that have handed in nothing of a system of the pack in the period, by name."""
    days = report.period.counted(Kind.YTD, Year.CALENDAR)
    names = {node.code: node.name for node in report.nodes}
    handed = database.execute(
        "SELECT DISTINCT of_system, org_code FROM submission WHERE of_month >= $first AND of_month < $until",
        {"first": days.first, "until": days.until},
    ).fetchall()
    found = []
    for system in asked.pack.systems:
        there = {org for one, org in handed if one == system}
        lowest = {"village": ("village",), "ph": ("township", "village"), "twocard": ("village",)}
        due = [node for node in report.nodes if node.level in lowest.get(system, ("township",))]
        found += [(names[node.code], SYSTEMS[system]) for node in due if node.code not in there]
    return tuple(found)

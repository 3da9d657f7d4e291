"""Published numbers are frozen: a later report compares with what was handed in, and with what is computed now.

One JSON file per report in `<lake>/published`, named by its content and never changed; the last one of a pack, area and
period is what was published.
"""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.commission.reports.values import Place, Report
from schemas.figure import Scope

FOLDER = "published"


@dataclass(frozen=True)
class Published:
    """One published report: when, under which definitions, known until when, and its numbers."""

    pack: str
    area: str
    period: str
    at: str
    as_of: str
    definitions: tuple[str, ...]
    values: dict[Place, Decimal | None]


def publish(folder: Path, report: Report, area: str, at: str, as_of: str, definitions: tuple[str, ...]) -> Path:
    """Keep what a report says; the same report twice is kept once.

    Args:
        folder: the lake.
        report: with its final numbers.
        area: what it was asked for.
        at: when, ISO, Asia/Shanghai.
        as_of: the day until which entries were known.
        definitions: `<id>@<edition>` of each indicator.
    """
    rows = [[*place[:3], str(place[3]), _text(value.final)] for place, value in sorted(report.values.items())]
    content = {"pack": report.pack.id, "area": area, "period": report.period.label, "as_of": as_of}
    body: dict[str, Any] = {**content, "definitions": sorted(definitions), "values": rows}
    digest = hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    path = folder / FOLDER / report.pack.id / area / f"{report.period.label}-{digest}.json"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps({"at": at, **body}, ensure_ascii=False), encoding="utf-8")
        aside.replace(path)
    return path


def last_published(folder: Path, pack: str, area: str, period: str) -> Published | None:
    """What was published last for a pack, area and period; None when nothing was."""
    found = sorted(
        (
            json.loads(path.read_text(encoding="utf-8"))
            for path in (folder / FOLDER / pack / area).glob(f"{period}-*.json")
        ),
        key=lambda record: str(record["at"]),
    )
    return _published(found[-1]) if found else None


def _published(record: dict[str, Any]) -> Published:
    values = {
        (form, cell, node, Scope(scope)): None if value is None else Decimal(value)
        for form, cell, node, scope, value in record["values"]
    }
    names = {name: record[name] for name in ("pack", "area", "period", "at", "as_of")}
    return Published(**names, definitions=tuple(record["definitions"]), values=values)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"

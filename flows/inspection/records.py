"""The records of inspections: `<store>/inspections/<source>/<YYYY-MM>.json`, further ones of the month by their day."""

import json
import re
from pathlib import Path

from exports.durable import replace_text
from schemas.inspection import Inspection

FOLDER = "inspections"


def folder_of(store: Path, source: str) -> Path:
    """Where the records of a source lie."""
    return store / FOLDER / re.sub(r"[^\w.-]|^\.+", "_", source)


def keep(store: Path, inspection: Inspection) -> Path:
    """Write one record under a name that is free: the month, else the day, else the day with a number.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = folder_of(store, inspection.source)
    folder.mkdir(parents=True, exist_ok=True)
    names = [inspection.day[:7], inspection.day, *(f"{inspection.day}-{number}" for number in range(2, 1000))]
    path = next(path for path in (folder / f"{name}.json" for name in names) if not path.exists())
    replace_text(path, json.dumps(inspection.to_json(), ensure_ascii=False, indent=1) + "\n")
    return path


def latest_before(store: Path, source: str, day: str) -> tuple[Inspection | None, tuple[str, ...]]:
    """The last inspection of an earlier day that reached its source, and the names of records that cannot be read."""
    found, broken = [], []
    for path in sorted(folder_of(store, source).glob("*.json")):
        try:
            one = Inspection.from_json(json.loads(path.read_text(encoding="utf-8")))
        except ValueError:
            broken.append(path.name)
            continue
        if one.day < day and one.facts is not None:
            found.append(one)
    return max(found, key=lambda one: (one.day, one.at), default=None), tuple(broken)

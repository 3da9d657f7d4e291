"""A PostgreSQL filled with our own CREATE TABLE, as V1 and V2 have it: what they loaded is not loaded twice."""

from exports.acceptance.loadback import Loaded
from exports.readers.reading import Read, Reading


def reading(loaded: Loaded) -> Reading:
    """What the load-back of the acceptance found, in the words of the readers."""
    tables = {name: Read(rows, loaded.sums[name], loaded.digests[name]) for name, rows in loaded.rows.items()}
    broken = {"数据库": "；".join(loaded.problems)} if loaded.problems else {}
    return Reading(tables, broken, loaded.unavailable)

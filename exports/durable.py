"""Small files that a machine may stop in the middle of: one is replaced whole, to another lines are added."""

import json
import os
from pathlib import Path
from typing import Any


def replace_text(path: Path, text: str) -> None:
    """Write a file aside, force it onto the disk, and give it its name: a reader finds the old one or the new one.

    Raises:
        OSError: the folder cannot be written; the old file stays.
    """
    aside = path.with_name(f".{path.name}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def append_line(path: Path, record: dict[str, Any]) -> None:
    """Add a record as one line of JSON and force it onto the disk; it never goes on in a line that was torn.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        torn = file.read() not in (b"", b"\n")
        file.write((b"\n" if torn else b"") + json.dumps(record, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of such a file, in order, without a line that a power cut tore, maybe in the middle of a letter."""
    lines = path.read_bytes().split(b"\n") if path.is_file() else []
    return [record for record in map(record_of, lines) if record]


def record_of(content: bytes) -> dict[str, Any]:
    """A JSON object; an empty one where there is none."""
    try:
        record = json.loads(content)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}

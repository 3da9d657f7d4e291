"""Small files that are replaced whole: a reader, or a machine that stops, finds the old one or the new one."""

import os
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a file aside, force it onto the disk, and give it its name.

    Raises:
        OSError: the folder cannot be written; the old file stays.
    """
    aside = path.with_name(f".{path.name}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)

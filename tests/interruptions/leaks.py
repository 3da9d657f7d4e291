"""Looks for a password in everything that a store, a screen or the process list holds."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus
from zipfile import ZipFile, is_zipfile

import pyarrow.parquet as pq

# Every character that means something in a URL, in SQL, in a shell, in a printf; between them a sign, so that a part of
# the password that stands somewhere is found too.
SIGN = "Qz7wKe"
PASSWORD = SIGN.join(("", "@", ":", "/", "#", "%", "'", '"', " ", "?", "&", "=", "中文", "\\", "$", ""))


def forms(password: str) -> dict[str, bytes]:
    """How a password may stand somewhere: as it is, percent-encoded, escaped, in other alphabets."""
    found = {
        "utf-8": password.encode(),
        "gbk": password.encode("gbk"),
        "utf-16": password.encode("utf-16-le"),
        "percent": quote(password, safe="").encode(),
        "plus": quote_plus(password).encode(),
        "repr": repr(password).encode(),
        "json": password.encode("unicode_escape"),
        "hex": password.encode().hex().encode(),
        **{f"base64 {shift}": _base64(password, shift) for shift in range(3)},
    }
    return {name: form for name, form in found.items() if form}


def _base64(password: str, shift: int) -> bytes:
    """What stays the same of it in base64, wherever it begins in a longer text."""
    text = base64.b64encode(b"\0" * shift + password.encode()).rstrip(b"=")
    return text[(0, 2, 3)[shift] : -3]


def leaks(text: bytes, password: str, sign: str = "") -> list[str]:
    """In which forms a password stands in a text; `sign` is a part of it that stands nowhere else."""
    found = [name for name, form in forms(password).items() if form in text]
    return [*found, *(["a part of it"] if sign and sign.lower().encode() in text.lower() else [])]


def leaks_in(folder: Path, password: str, sign: str = "") -> list[str]:
    """Every file of a folder in which, or in whose name, a password stands; archives and Parquet files are opened."""
    found = []
    for path in sorted(folder.rglob("*")):
        contents = [str(path).encode(), *(_contents(path) if path.is_file() else ())]
        found += [f"{path.relative_to(folder)}: {form}" for text in contents for form in leaks(text, password, sign)]
    return found


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if is_zipfile(path):
        with ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if path.suffix == ".parquet" and path.stat().st_size > 12:
        table = pq.read_table(path)
        yield "\n".join(str(column.to_pylist()) for column in table.columns).encode()


def process_list() -> bytes:
    """The command lines and names of all processes, as anyone on the machine may read them."""
    found = []
    for folder in Path("/proc").iterdir():
        if re.fullmatch(r"\d+", folder.name):
            for name in ("cmdline", "comm"):
                try:
                    found.append((folder / name).read_bytes())
                except OSError:
                    continue
    return b"\n".join(found)

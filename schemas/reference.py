"""Where the facts lie that people edit, and how their tables are read."""

import csv
import io
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from schemas.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "reference"
_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")


def read_text(path: Path) -> str:
    """A text file that a person made: UTF-8, with or without a BOM, or GB18030 as Excel saves it.

    Raises:
        SettingsError: it is neither.
    """
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SettingsError(f"{path} 的编码无法识别，请另存为 UTF-8。")


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV of facts (header row; charset as `read_text` knows it), every value as text.

    Raises:
        SettingsError: the file is missing or in an unknown charset, or a row has more or fewer values than the header.
    """
    if not path.is_file():
        raise SettingsError(f"缺少文件 {path.name}（应在 {path.parent} 下）。")
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise SettingsError(f"{path} 第 {reader.line_num} 行的列数与表头不符，请检查逗号与引号。")
        rows.append(row)
    return rows


def read_date(text: str) -> date:
    """The day that a person wrote: `2024-01-31`, or `2024/1/31` as Excel writes it back, padded or not.

    Raises:
        ValueError: it is no such day.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date")
    return date(int(match[1]), int(match[3]), int(match[4]))


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        SettingsError: the file is missing or is not valid TOML.
    """
    try:
        return tomllib.loads(read_text(path))
    except FileNotFoundError:
        raise SettingsError(f"缺少文件 {path.name}（应在 {path.parent} 下）。") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} 不是有效的 TOML：{error}。") from None


def code_labels(table: str) -> dict[str, str]:
    """Code -> national label of one table under `reference/codes`."""
    return {row["code"]: row["label"] for row in read_rows(REFERENCE / "codes" / f"{table}.csv")}

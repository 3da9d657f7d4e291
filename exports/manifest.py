"""`datapackage.json` (Data Package v2): every file with bytes, SHA-256 and SM3, every table with rows and totals.

This year's package is next year's contract: the manifest says all that is needed to load, to prove and
to compare it. It holds no clock time and no machine, so identical data give identical bytes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.duck import literal, quoted
from exports.parts import Part
from exports.seal.digests import file_digests
from schemas.errors import PackageError
from schemas.format import Format, FormatColumn, FormatTable

FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_KINDS = {"text": "VARCHAR", "date": "DATE", "datetime": "TIMESTAMP"}
_TYPES = {"text": "string", "decimal": "number", "date": "date", "datetime": "datetime"}


@dataclass(frozen=True)
class TableTotals:
    """Rows and sums (yuan, as text with two decimals) of one table, whole or one month of it."""

    rows: int
    sums: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return {"rows": self.rows, "sums": self.sums}


def control_totals(database: Any, table: FormatTable, relation: str) -> dict[str, TableTotals]:
    """Rows and money sums per month of the table's own date column; tables without one under `""`."""
    month = f"coalesce(strftime({quoted(table.date_field)}, '%Y%m'), '')" if table.date_field else "''"
    sums = "".join(f", CAST(coalesce(sum({quoted(column)}), 0) AS DECIMAL(38,2))" for column in table.money)
    rows = database.execute(f"SELECT {month} AS month, count(*){sums} FROM {relation} GROUP BY 1 ORDER BY 1").fetchall()
    return {row[0]: TableTotals(row[1], dict(zip(table.money, map(str, row[2:]), strict=True))) for row in rows}


def table_schema(table: FormatTable) -> dict[str, Any]:
    """The Table Schema of one table, as the official list and our reading of it have it."""
    return {
        "title": table.title,
        "description": table.grain,
        "fields": [
            {
                "name": column.name,
                "title": column.label,
                "type": _TYPES[column.kind],
                **({"format": column.pattern} if column.pattern else {}),
                "feijian:printed": column.printed,
                "feijian:listed_key": column.key,
                "feijian:required": column.condition.text if column.condition else column.required,
                **({"feijian:codes": list(column.codes)} if column.codes else {}),
            }
            for column in table.columns
        ],
        "missingValues": [""],
        **({"primaryKey": list(table.key)} if table.key else {}),
    }


def write_schemas(tables: list[FormatTable], deliver: Path) -> None:
    """Write `schemas/<TABLE>.json`, referred to by every file of the table."""
    (deliver / "schemas").mkdir()
    for table in tables:
        _write(deliver / "schemas" / f"{table.name}.json", table_schema(table))


def describe_part(part: Part, form: Format, deliver: Path) -> dict[str, Any]:
    """The resource record of one CSV."""
    path = deliver / "data" / part.file
    return {
        "name": part.file.removesuffix(".csv").lower(),
        "path": f"data/{part.file}",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": form.delimiter_of(form.table(part.table)), "header": True, "lineTerminator": "\n"},
        "schema": f"schemas/{part.table}.json",
        "bytes": path.stat().st_size,
        **file_digests(path).record(),
        "feijian:table": part.table,
        "feijian:label": part.label,
        "feijian:rows": part.rows,
    }


def describe_file(path: Path, deliver: Path) -> dict[str, Any]:
    """The record of a file that is no table: statements, schemas, reports."""
    return {
        "path": path.relative_to(deliver).as_posix(),
        "bytes": path.stat().st_size,
        **file_digests(path).record(),
    }


def write_manifest(record: dict[str, Any], deliver: Path) -> None:
    """Write the manifest anew (another name of an old one keeps the old content); keys stay in the order given."""
    (deliver / FILE).unlink(missing_ok=True)
    _write(deliver / FILE, record)


def read_manifest(deliver: Path) -> dict[str, Any]:
    """The manifest of a package.

    Raises:
        PackageError: there is none, or it is not JSON, or a name stands in it twice, so that two readers would read
            two manifests.
    """
    try:
        record = json.loads((deliver / FILE).read_text(encoding="utf-8"), object_pairs_hook=_once)
    except FileNotFoundError:
        raise PackageError(f"{deliver} 中没有 {FILE}，不是完整的导出包。") from None
    except json.JSONDecodeError as error:
        raise PackageError(f"{deliver / FILE} 已损坏（第 {error.lineno} 行不是有效的 JSON）。") from None
    except UnicodeDecodeError:
        raise PackageError(f"{deliver / FILE} 已损坏（不是 UTF-8 文字）。") from None
    except KeyError as error:
        raise PackageError(f"{deliver / FILE} 已损坏（{error} 写了两次）。") from None
    except (ValueError, RecursionError):
        raise PackageError(f"{deliver / FILE} 已损坏（数字或层次超出限度）。") from None
    if not isinstance(record, dict):
        raise PackageError(f"{deliver / FILE} 已损坏（不是一份清单）。")
    return record


@contextmanager
def complete_manifest(deliver: Path) -> Iterator[None]:
    """Around what takes a manifest to be complete.

    Raises:
        PackageError: something in it is missing, or is not what it should be.
    """
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise PackageError(f"{deliver / FILE} 的内容不完整（{error}），无法据此核对。") from None


def require_ready(deliver: Path, manifest: dict[str, Any]) -> None:
    """Refuse to hand over what used up no right to export.

    Raises:
        PackageError: it is a rehearsal, or findings stand in the way.
    """
    if manifest.get("feijian:rehearsal_of"):
        raise PackageError(f"{deliver.parent} 是演练，不能交付；请用同样的参数去掉 --rehearse 正式导出。")
    if manifest.get("feijian:ready") is not True:
        raise PackageError(
            f"{deliver.parent} 的验收结论是不能交付：请先按 deliver/reports/acceptance.md 处理后重新导出。"
        )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name that stands in it twice is a KeyError."""
    record: dict[str, Any] = {}
    for name, value in pairs:
        if name in record:
            raise KeyError(name)
        record[name] = value
    return record


def relation(
    resources: list[dict[str, Any]], table: FormatTable, deliver: Path, typed: bool = True, quote: str = ""
) -> str:
    """SQL that reads a table back from its files.

    Args:
        resources: the table's files as the manifest lists them.
        table: the format's table.
        deliver: the folder of the package.
        typed: as the format says; else every column as text.
        quote: what encloses values; nothing by default, so that quotes mean nothing.
    """
    files = ", ".join(literal(deliver / resource["path"]) for resource in resources)
    columns = ", ".join(
        f"{literal(column.name)}: {literal(_sql_type(column) if typed else 'VARCHAR')}" for column in table.columns
    )
    delimiter = resources[0]["dialect"]["delimiter"]
    scan = (
        f"read_csv([{files}], delim={literal(delimiter)}, header=true, quote={literal(quote)},"
        f" escape={literal(quote)}, nullstr='', auto_detect=false, strict_mode=true, columns={{{columns}}})"
    )
    dated = ", ".join(_parsed(column) for column in table.columns if not column.plain_pattern)
    return f"(SELECT * REPLACE ({dated}) FROM {scan})" if typed and dated else scan


def _parsed(column: FormatColumn) -> str:
    """A date that is not written as ISO has it, read by its own pattern."""
    name = quoted(column.name)
    return f"CAST(strptime({name}, {literal(column.pattern)}) AS {_KINDS[column.kind]}) AS {name}"


def _sql_type(column: FormatColumn) -> str:
    if column.kind == "decimal":
        return f"DECIMAL({column.precision},{column.scale})"
    return _KINDS[column.kind] if column.plain_pattern else "VARCHAR"


def _write(path: Path, record: dict[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")

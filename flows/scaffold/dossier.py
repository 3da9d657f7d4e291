"""What a scaffold takes from a dossier: which source tables and columns are likely to be what, and the amount test.

The part of the dossier's JSON that is read:

    {"candidates": {"fee_line": [{"table": "mz_fymx", "score": 82, "evidence": ["表名 …"], "rows": 120345,
                                  "columns": {"cnt": [{"column": "sl", "score": 75, "evidence": ["列名 …"]}]}}]},
     "codes": {"mz_jsb": {"jslb": ["Y", "Z"]}},
     "amounts": [{"table": "mz_fymx", "date": "sfsj", "column": "jszt", "code": "1"}]}

Scores are 0 to 100; the best stand first; `codes` are the values of code columns, `amounts` what agreed
with the cashier's daily report, best first (`column` and `code` only where a filter was needed). Keys, types and
references are asked of the source itself.
"""

import json
from pathlib import Path
from typing import Any

from flows.scaffold.draft import Candidate, Choice, Found
from flows.sources.catalogue import SourceTable
from schemas.errors import SettingsError
from schemas.std import MODELS


def read_found(path: Path, catalogue: dict[str, SourceTable]) -> Found:
    """Read a dossier against the tables that the source has now.

    Raises:
        SettingsError: it is no dossier, or it names a table or column that the source no longer has.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        candidates = {
            std: tuple(_candidate(one, record, catalogue) for one in record["candidates"].get(std, ()))
            for std in MODELS
        }
        amounts = list(reversed(record.get("amounts", ())))
        settled = {one["table"]: (one["column"], one["code"]) for one in amounts if one.get("column")}
        return Found(candidates, settled, {one["table"]: one["date"] for one in amounts})
    except FileNotFoundError:
        raise SettingsError(f"找不到概览文件 {path}；请先运行 feijian source dossier。") from None
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, ValueError):
        raise SettingsError(f"{path} 不是 feijian source dossier 写出的 JSON，请检查文件。") from None


def _candidate(one: dict[str, Any], record: dict[str, Any], catalogue: dict[str, SourceTable]) -> Candidate:
    table = catalogue.get(one["table"])
    if table is None:
        raise SettingsError(f"概览中的表 {one['table']} 在源库中已经没有；请重新运行 feijian source dossier。")
    columns = {
        std: tuple(_choice(choice, table) for choice in choices) for std, choices in one.get("columns", {}).items()
    }
    codes = {column: tuple(values) for column, values in record.get("codes", {}).get(table.name, {}).items()}
    return Candidate(table, int(one["score"]), _words(one.get("evidence", ())), one.get("rows"), columns, codes)


def _choice(one: dict[str, Any], table: SourceTable) -> Choice:
    if table.column(one["column"]) is None:
        raise SettingsError(f"概览中的列 {table.name}.{one['column']} 在源库中已经没有；请重新运行 dossier。")
    return Choice(one["column"], int(one["score"]), _words(one.get("evidence", ())))


def _words(evidence: Any) -> str:
    return evidence if isinstance(evidence, str) else "；".join(evidence)

"""The contract of an adapter, as far as its files alone can tell: every std table accounted for, nothing idle.

What its SQL uses is found by words: a column counts as used when its name stands in an SQL file that names its table.
Whether the SQL binds, and what it gives, `flows/source_check.py` asks DuckDB.
"""

import re
from collections.abc import Iterable

from schemas.adapter import COMMISSION, INSURANCE, STD, Adapter, RawTable
from schemas.commission.std import lake_table
from schemas.result import CheckResult, Outcome
from schemas.std import StdSpec, std_table

SHOWN = 12
_WHOLE = re.compile(r"\bSELECT\s+\*\s+FROM\s+(\w+)", re.IGNORECASE)
_CHINESE = re.compile(r"[㐀-鿿]")


def spec_of(adapter: Adapter, std: str) -> StdSpec:
    """The std table of an adapter's own model."""
    return lake_table(std).spec if adapter.model == COMMISSION else std_table(std)


def judged(identifier: str, title: str, problems: Iterable[str], total: int, otherwise: Outcome) -> CheckResult:
    """One line of the report: passed without problems, else `otherwise` with the first of them."""
    found = tuple(problems)
    more = f"；等 {len(found)} 处" if len(found) > SHOWN else ""
    reason = "；".join(found[:SHOWN]) + more
    outcome = otherwise if found else Outcome.PASSED
    return CheckResult(identifier, title, outcome, failing=len(found), total=total, reason=reason, sample=found[:SHOWN])


def check_files(adapter: Adapter) -> list[CheckResult]:
    """Everything that `source.toml` and the names in the SQL files can show."""
    words = {std: _words(adapter.sql(std)) for std in adapter.provides}
    columns = sum(len(table.columns) for table in adapter.tables.values())
    failed, warned = Outcome.FAILED, Outcome.WARNED
    declared = [*adapter.absent_tables.values(), *adapter.exclusions.values(), *adapter.absent.values()]
    return [
        judged("adapter.tables", "每张标准表有 SQL 或说明缺少", _unaccounted(adapter), len(STD[adapter.model]), failed),
        judged("adapter.reasons", "缺少与排除的原因都用中文写明", _bare_reasons(adapter), len(declared), failed),
        judged("adapter.names", "声明的表、列与 SQL 文件名都存在", _unknown(adapter), len(words), failed),
        judged("adapter.codes", "代码对照都存在且有用", _codes(adapter), len(adapter.codes), failed),
        judged("adapter.idle", "读取的表和列都有用", _idle(adapter, words), columns, warned),
    ]


def _words(sql: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"--[^\n]*", "", sql)))


def _unaccounted(adapter: Adapter) -> list[str]:
    """Std tables with neither SQL nor reason; the commission's systems each give some tables only."""
    said = {*adapter.provides, *adapter.absent_tables}
    silent = [f"{name} 没有 SQL，也没有说明" for name in STD[adapter.model] if name not in said]
    own = [f"{name} 说缺少，却有 {name}.sql" for name in adapter.absent_tables if _own_sql(adapter, name)]
    nothing = [] if adapter.provides else ["没有一张标准表有 SQL"]
    return [*(silent if adapter.model == INSURANCE else nothing), *own]


def _own_sql(adapter: Adapter, std: str) -> bool:
    return (adapter.folder / f"{std}.sql").is_file()


def _bare_reasons(adapter: Adapter) -> list[str]:
    reasons = {
        **{f"[absent_tables] {name}": text for name, text in adapter.absent_tables.items()},
        **{f"[exclusions] {name}": text for name, text in adapter.exclusions.items()},
        **{f"[absent.{std}] {name}": text for std, columns in adapter.absent.items() for name, text in columns.items()},
    }
    return [f"{place} 没有中文原因" for place, text in reasons.items() if not _CHINESE.search(text)]


def _unknown(adapter: Adapter) -> list[str]:
    """Names that mean nothing: SQL files, columns declared absent, std tables fed or served."""
    models = STD[adapter.model]
    stems = {path.stem for folder in (adapter.folder, *adapter.below) for path in folder.glob("*.sql")}
    files = [f"{stem}.sql 不是标准表的名称" for stem in sorted(stems - set(models))]
    columns = [
        f"[absent.{std}] 的 {name} 不是 {std} 的列"
        for std, named in adapter.absent.items()
        for name in sorted(set(named) - {column.name for column in spec_of(adapter, std).columns})
    ]
    aims = [
        f"[tables.{table.name}] 的 {fact} = {std} 不是标准表"
        for table in adapter.tables.values()
        for fact, named in (("feeds", (table.feeds,)), ("serves", table.serves))
        for std in named
        if std and std not in models
    ]
    return [*files, *columns, *aims]


def _codes(adapter: Adapter) -> list[str]:
    used = {
        name
        for std in adapter.provides
        for name in re.findall(r"\bcode_(\w+)\s*\(", re.sub(r"--[^\n]*", "", adapter.sql(std)))
    }
    missing = [f"SQL 用了 code_{name}，而没有 [codes.{name}]" for name in sorted(used - set(adapter.codes))]
    return [*missing, *(f"[codes.{name}] 没有 SQL 使用" for name in sorted(set(adapter.codes) - used))]


def _idle(adapter: Adapter, words: dict[str, set[str]]) -> list[str]:
    """Tables and columns that are read and that neither the SQL nor the ledger needs, and exclusions nobody applies."""
    whole = {name for std in adapter.provides for name in _WHOLE.findall(adapter.sql(std))}
    problems = []
    for table in adapter.tables.values():
        using = [said for said in words.values() if table.name in said]
        if not using:
            problems.append(f"表 {table.name} 没有 SQL 使用")
        elif table.name not in whole and (idle := _idle_columns(table, set().union(*using))):
            problems.append(f"表 {table.name} 的列 {'、'.join(idle)} 没有 SQL 使用")
    everything = set().union(*words.values())
    problems += [f"[exclusions] {name} 没有 SQL 使用" for name in adapter.exclusions if name not in everything]
    return problems


def _idle_columns(table: RawTable, said: set[str]) -> list[str]:
    ledger = {*table.key, *table.totals, table.amount, table.month, table.changed}
    read = dict.fromkeys((*table.columns, *table.on_demand))
    return [column for column in read if column not in ledger and table.called.get(column, column) not in said]

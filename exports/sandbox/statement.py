"""What a free SELECT may be, judged on the tree that DuckDB's own parser makes of it.

Everything is refused that is not named here: other statements, tables that are none of ours, table functions (files,
the network, catalogues) and functions outside the list.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from exports.disclosure.masking import SENSITIVE_ROWS, remaining, std_columns
from schemas.account import ExportClass
from schemas.commission.columns import Overlay
from schemas.commission.std import MODELS, lake_table
from schemas.errors import DisclosureError, SettingsError

LONGEST = 20_000
DEEPEST = 200
QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
SOURCES = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "COLUMN_DATA"})
OPERATORS = "+ - * / // % ** ^ || ~~ !~~ ~~* !~~* ~~~ & | << >> ~ @ !"
AGGREGATES = (
    "count count_star sum avg min max any_value first last arg_min arg_max min_by max_by bool_and bool_or median mode"
    " quantile quantile_cont quantile_disc stddev stddev_samp stddev_pop variance var_samp var_pop string_agg list"
    " group_concat approx_count_distinct count_if countif product corr histogram grouping"
)
WINDOWS = "row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value fill"
TEXTS = (
    "lower upper trim ltrim rtrim length strlen left right substr substring replace concat concat_ws contains prefix"
    " suffix starts_with ends_with instr position strpos lpad rpad reverse split_part string_split regexp_matches"
    " regexp_full_match regexp_replace regexp_extract like_escape not_like_escape ilike_escape translate repeat format"
    " printf chr ascii unicode"
)
NUMBERS = "abs round ceil ceiling floor trunc sign sqrt power pow ln log log2 log10 exp mod greatest least add subtract"
DAYS = (
    "year month day quarter week weekday dayofweek isodow dayofyear hour minute second date_part datepart extract"
    " date_trunc datetrunc date_diff datediff date_sub datesub date_add last_day make_date make_timestamp strftime"
    " strptime try_strptime today current_date now age monthname dayname to_days to_months to_years to_hours to_minutes"
    " to_seconds epoch yearweek isoyear"
)
OTHERS = (
    "coalesce ifnull nullif if list_value list_contains array_length len list_distinct list_sort unnest row"
    " struct_pack array_extract list_aggregate is_histogram_other_bin constant_or_null error typeof"
)
FUNCTIONS = frozenset(" ".join((OPERATORS, AGGREGATES, WINDOWS, TEXTS, NUMBERS, DAYS, OTHERS)).split()) - {"error"}


@dataclass(frozen=True)
class Statement:
    """A SELECT that may run: its text, for each table of ours the columns it can reach, and the class it runs in.

    One table of a sensitive group lowers the whole statement to B: joined to the residents it would name them.
    """

    sql: str
    tables: dict[str, tuple[str, ...]]
    export_class: ExportClass


def judge(sql: str, export_class: ExportClass) -> Statement:
    """Read a SELECT and refuse what may not run.

    Args:
        sql: the text; nothing of it is executed here.
        export_class: B or C, which decides what columns there are.

    Raises:
        SettingsError: it is no SQL that DuckDB understands.
        DisclosureError: it asks for what nobody may ask for here.
    """
    nodes = list(_walk(_tree(sql)))
    for node in nodes:
        _judge_node(node)
    names = {node["function_name"].lower() for node in nodes if isinstance(node.get("function_name"), str)}
    if unknown := names - FUNCTIONS:
        raise DisclosureError(f"不能使用函数 {'、'.join(sorted(unknown))}；可用的函数见操作手册。")
    own = {name for node in nodes for name in _cte_names(node)}
    bases = {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"}
    if strange := {name for name in bases if name not in MODELS and name not in own}:
        raise DisclosureError(f"没有表 {'、'.join(sorted(strange))}；用 feijian lake list 查看可用的表。")
    tables = bases & set(MODELS)
    sensitive = any(lake_table(name).overlay is not Overlay.NONE or name in SENSITIVE_ROWS for name in tables)
    shown = min(export_class, ExportClass.B) if sensitive else export_class
    return Statement(sql.strip().rstrip(";"), _columns(nodes, tables, shown), shown)


def _tree(sql: str) -> dict[str, Any]:
    if len(sql) > LONGEST:
        raise SettingsError(f"语句太长：最多 {LONGEST} 个字符。")
    parser = duckdb.connect()
    try:
        [(text,)] = parser.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    except duckdb.Error as error:
        raise SettingsError(f"语句读不懂：{str(error).splitlines()[0]}") from None
    finally:
        parser.close()
    try:
        tree: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        raise DisclosureError("语句套得太深，请写简单些。") from None
    if tree["error"]:
        message = str(tree.get("error_message", ""))
        if "SELECT" in message and "serialize" in message.lower():
            raise DisclosureError("只能运行 SELECT 语句。")
        raise SettingsError(f"语句读不懂：{message.splitlines()[0] if message else ''}")
    if len(tree["statements"]) != 1:
        raise DisclosureError("一次只能运行一条 SELECT 语句。")
    if tree["statements"][0].get("named_param_map"):
        raise DisclosureError("语句中不能有参数（? 或 $名称），请直接写值。")
    return tree


def _walk(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        raise DisclosureError("语句套得太深，请写简单些。")
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth + 1)


def _judge_node(node: dict[str, Any]) -> None:
    kind = str(node.get("type", ""))
    if "from_table" in node and kind not in QUERIES:
        raise DisclosureError("只能运行 SELECT 语句。")
    source = "ref_type" in node or "column_name_alias" in node or kind in ("SHOW_REF", "TABLE_FUNCTION", "PIVOT")
    if source and kind not in SOURCES:
        said = {"TABLE_FUNCTION": "表函数（读文件、读目录等）", "SHOW_REF": "DESCRIBE、SHOW、SUMMARIZE"}
        raise DisclosureError(f"不能使用{said.get(kind, kind)}；只能查询 feijian lake list 列出的表。")
    if node.get("schema_name") or node.get("catalog_name") or node.get("schema") or node.get("catalog"):
        raise DisclosureError("表名、函数名前不能写库名或模式名。")
    if node.get("class") == "PARAMETER":
        raise DisclosureError("语句中不能有参数（? 或 $名称），请直接写值。")


def _cte_names(node: dict[str, Any]) -> Iterator[str]:
    """Names given by WITH; one of them shadows a table of ours only within its own query, which changes nothing."""
    for entry in (node.get("cte_map") or {}).get("map", ()):
        yield entry["key"]
    if node.get("type") in ("RECURSIVE_CTE_NODE", "CTE_NODE") and node.get("cte_name"):
        yield node["cte_name"]


def _columns(nodes: list[dict[str, Any]], tables: set[str], export_class: ExportClass) -> dict[str, tuple[str, ...]]:
    """The columns of each table that the statement can mean; all of them when it says `*` or names a whole row."""
    used = {name for node in nodes if node.get("class") == "COLUMN_REF" for name in node["column_names"]}
    used |= {name for node in nodes for name in node.get("using_columns") or ()}
    if "rowid" in {name.lower() for name in used}:
        raise DisclosureError("不能使用 rowid。")
    aliases = {str(node["alias"]) for node in nodes if node.get("type") == "BASE_TABLE"} | tables
    whole = bool(used & aliases) or any(
        node.get("class") == "STAR" or node.get("ref_type") in ("NATURAL", "POSITIONAL") for node in nodes
    )
    found: dict[str, tuple[str, ...]] = {}
    there: set[str] = set()
    for table in sorted(tables):
        every = [column.name for column in remaining(std_columns(table), export_class)]
        there |= set(every)
        asked = tuple(name for name in every if whole or name in used)
        found[table] = asked or tuple(every[:1])
    hidden = {c.name: c.title for table in tables for c in std_columns(table) if c.name not in there}
    given = {str(node.get("alias")) for node in nodes}
    if gone := sorted(name for name in used & set(hidden) if name not in given):
        listed = "、".join(f"{name}（{hidden[name]}）" for name in gone)
        raise DisclosureError(f"{export_class} 类（{export_class.words}）中没有列 {listed}。")
    return found

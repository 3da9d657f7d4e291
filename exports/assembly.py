"""From std to the tables of a format: one SQL file per table, cast to what the format asks for.

Beside the std tables the SQL files may use

* `one_<std table>`: one row per key of the table (the first by `_row`), so that no join can double a row;
* `standing_settlement`: the settlements of the period that were not taken back (`_standing_settlement.sql`);
* `visit_settlement`: one row per visit settled in the period, the settlement that stands (`_visit_settlement.sql`);
* `label_<code table>(code)`: the national label; an unknown code comes back as it is;
* `recode_<map>(code)`: the value that the format wants;
* the variables `joiner` (what stands between several values of one cell) and `table_name` (which of the tables that
  share a file is being filled).

A format with `[exclusions]` brings `_excluded.sql` beside the SQL of its tables: std table, `_row` and rule of every
row that it leaves out. Those rows are gone from the std tables that the other files see.
"""

from pathlib import Path
from typing import Any

from exports.duck import code_macro, literal, one_row, quoted, write_parquet
from schemas.errors import SettingsError
from schemas.format import Format, FormatColumn, FormatTable
from schemas.reference import REFERENCE, code_labels
from schemas.std import MODELS, std_table

SQL = Path(__file__).parent / "insurance"
EXCLUDED = "_excluded"
SETTLEMENTS = ("standing_settlement", "visit_settlement")


def sql_path(table: FormatTable) -> Path:
    """Where the SELECT of a table stands: in the layer that brings one, else under `exports/insurance`."""
    return table.sql_file or SQL / f"{table.sql}.sql"


def has_sql(table: FormatTable) -> bool:
    """Whether feijian can fill the table today."""
    return sql_path(table).is_file()


def leave_out(database: Any, form: Format, into: Path) -> None:
    """Take the rows that the format leaves out off the std views, and keep a list of them in `into`.

    Args:
        database: holds every std table as a view, and the period.
        form: a format; without `[exclusions]` there is nothing to do.
        into: the folder of the assembled tables; the list is `_excluded.parquet` (std_table, _row, rule).

    Raises:
        SettingsError: the format names exclusions without a `_excluded.sql`, or the SQL another rule.
    """
    if not form.exclusions:
        return
    path = form.pack.sql.get(EXCLUDED) or SQL / str(form.pack.facts.get("sql", "")) / f"{EXCLUDED}.sql"
    if not path.is_file():
        raise SettingsError(f"格式 {form.id} 有 [exclusions]，但缺少 {path.name}（应在 {path.parent} 下）。")
    listed = into / f"{EXCLUDED}.parquet"
    write_parquet(database, path.read_text(encoding="utf-8").strip().rstrip(";"), listed)
    scan = f"read_parquet({literal(listed)})"
    unknown = [rule for (rule,) in database.execute(f"SELECT DISTINCT rule FROM {scan}").fetchall()]
    unknown = sorted(set(unknown) - set(form.exclusions))
    if unknown:
        raise SettingsError(f"{path.name} 用了格式 {form.id} 的 [exclusions] 中没有的规则：{'、'.join(unknown)}。")
    for (name,) in database.execute(f"SELECT DISTINCT std_table FROM {scan} ORDER BY 1").fetchall():
        database.execute(f"ALTER VIEW {quoted(name)} RENAME TO {quoted(f'every_{name}')}")
        database.execute(
            f"CREATE VIEW {quoted(name)} AS SELECT * FROM {quoted(f'every_{name}')}"
            f" WHERE _row NOT IN (SELECT _row FROM {scan} WHERE std_table = {literal(name)})"
        )


def prepare_assembly(database: Any, form: Format) -> None:
    """Create what the SQL files may use; the database must hold every std table."""
    database.execute(f"SET VARIABLE joiner = {literal(form.joiner)}")
    for path in sorted((REFERENCE / "codes").glob("*.csv")):
        code_macro(database, f"label_{path.stem}", code_labels(path.stem))
    for name, mapping in form.maps.items():
        code_macro(database, f"recode_{name}", mapping)
    for name in MODELS:
        key = ", ".join(map(quoted, std_table(name).key))
        database.execute(f"CREATE VIEW one_{name} AS SELECT DISTINCT ON ({key}) * FROM {name} ORDER BY {key}, _row")
    for name in SETTLEMENTS:
        database.execute(f"CREATE VIEW {name} AS {(SQL / f'_{name}.sql').read_text(encoding='utf-8')}")


def assembly_select(database: Any, form: Format, table: FormatTable) -> str:
    """The SELECT that gives one table of the format, cast to its types, hidden columns (`_…`) at the end.

    The database must be prepared and hold the variables `date_from` and `date_until`.
    Decimals are rounded half up to the format's scale; empty text becomes NULL; nothing is cut. A column that the
    SQL does not give is taken from its std field when that stands in the row the table is driven by; one without
    any source stays empty.

    Raises:
        SettingsError: a layer adds a column that cannot be filled so.
        ValueError: the SQL file misses a column that the format asks for.
    """
    sql = sql_path(table).read_text(encoding="utf-8").strip().rstrip(";")
    database.execute(f"SET VARIABLE table_name = {literal(table.name)}")
    given = [row[0] for row in database.execute(f"DESCRIBE {sql}").fetchall()]
    hidden = [name for name in given if name.startswith("_")]
    shown = {name.upper() for name in given} - {name.upper() for name in hidden}  # an alias may keep its column's case
    missing = {column.source for column in table.columns if column.source and column.source.upper() not in shown}
    if missing or "_row" not in hidden:
        raise ValueError(f"{table.name}.sql: missing {missing}, hidden {hidden}")
    added = sorted({_std_source(form, table, column) for column in table.columns if _is_added(column)})
    joins = "".join(f" LEFT JOIN {name} AS std_{name} ON std_{name}._row = body._row" for name in added)
    listed = ", ".join([_cast(column) for column in table.columns] + [f"body.{quoted(name)}" for name in hidden])
    return f"SELECT {listed} FROM ({sql}) AS body{joins}"


def _is_added(column: FormatColumn) -> bool:
    return column.source is None and bool(column.std_field)


def _std_source(form: Format, table: FormatTable, column: FormatColumn) -> str:
    """The std table from which a column that a layer adds is taken."""
    std, _, field = column.std_field.partition(".")
    drivers = [name for name, fed in form.accounts.items() if table.name in fed]
    if std not in drivers or field not in {one.name for one in std_table(std).columns}:
        known = "、".join(drivers) or "无"
        raise SettingsError(
            f"格式 {form.id} 为 {table.name} 增加的列 {column.name} 取自 {column.std_field}，但这张表只能直接取"
            f"标准表 {known} 中已有的列；其他来源请在格式层中另写一份 {table.name}.sql。"
        )
    return std


def assemble_table(database: Any, form: Format, table: FormatTable, path: Path) -> int:
    """Write one table of the format, in its own order, and return its number of rows."""
    write_parquet(database, assembly_select(database, form, table), path)
    return int(one_row(database, f"SELECT count(*) FROM read_parquet({literal(path)})")[0])


def _cast(column: FormatColumn) -> str:
    name, given = quoted(column.name), _given(column)
    if column.kind == "text":
        return f"NULLIF(CAST({given} AS VARCHAR), '') AS {name}"
    kinds = {"date": "DATE", "datetime": "TIMESTAMP", "decimal": f"DECIMAL({column.precision},{column.scale})"}
    return f"CAST({given} AS {kinds[column.kind]}) AS {name}"


def _given(column: FormatColumn) -> str:
    if column.source:
        return f"body.{quoted(column.source)}"
    std, _, field = column.std_field.partition(".")
    return f"std_{std}.{quoted(field)}" if std else "NULL"

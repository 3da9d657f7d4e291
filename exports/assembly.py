"""From std to the tables of a format: one SQL file per table, cast to what the format asks for.

Beside the std tables the SQL files may use

* `one_<std table>`: one row per key of the table (the first by `_row`), so that no join can double a row;
* `label_<code table>(code)`: the national label; an unknown code comes back as it is;
* `recode_<map>(code)`: the value that the format wants.
"""

from pathlib import Path
from typing import Any

from exports.duck import code_macro, literal, one_row, quoted, write_parquet
from schemas.format import Format, FormatColumn, FormatTable
from schemas.reference import REFERENCE, code_labels
from schemas.std import MODELS, std_table

SQL = Path(__file__).parent / "insurance"


def has_sql(table: FormatTable) -> bool:
    """Whether feijian can fill the table today."""
    return (SQL / f"{table.name}.sql").is_file()


def prepare_assembly(database: Any, form: Format) -> None:
    """Create what the SQL files may use; the database must hold every std table."""
    for path in sorted((REFERENCE / "codes").glob("*.csv")):
        code_macro(database, f"label_{path.stem}", code_labels(path.stem))
    for name, mapping in form.maps.items():
        code_macro(database, f"recode_{name}", mapping)
    for name in MODELS:
        key = ", ".join(map(quoted, std_table(name).key))
        database.execute(f"CREATE VIEW one_{name} AS SELECT DISTINCT ON ({key}) * FROM {name} ORDER BY {key}, _row")


def assembly_select(database: Any, table: FormatTable) -> str:
    """The SELECT that gives one table of the format, cast to its types, hidden columns (`_…`) at the end.

    The database must be prepared and hold the variables `date_from` and `date_until`.
    Decimals are rounded half up to the format's scale; empty text becomes NULL; nothing is cut.

    Raises:
        ValueError: the SQL file gives other columns than the format asks for.
    """
    sql = (SQL / f"{table.name}.sql").read_text(encoding="utf-8").strip().rstrip(";")
    given = [row[0] for row in database.execute(f"DESCRIBE {sql}").fetchall()]
    hidden = [name for name in given if name.startswith("_")]
    shown = {name.upper() for name in given} - {name.upper() for name in hidden}  # an alias may keep its column's case
    wanted = {column.name for column in table.columns}
    if shown != wanted or "_row" not in hidden:
        raise ValueError(f"{table.name}.sql: missing {wanted - shown}, unknown {shown - wanted}, hidden {hidden}")
    listed = ", ".join([_cast(column) for column in table.columns] + [quoted(name) for name in hidden])
    return f"SELECT {listed} FROM ({sql}) AS body"


def assemble_table(database: Any, table: FormatTable, path: Path) -> int:
    """Write one table of the format, in its own order, and return its number of rows."""
    write_parquet(database, assembly_select(database, table), path)
    return int(one_row(database, f"SELECT count(*) FROM read_parquet({literal(path)})")[0])


def _cast(column: FormatColumn) -> str:
    name = quoted(column.name)
    if column.kind == "text":
        return f"NULLIF(CAST({name} AS VARCHAR), '') AS {name}"
    kinds = {"date": "DATE", "datetime": "TIMESTAMP", "decimal": f"DECIMAL({column.precision},{column.scale})"}
    return f"CAST({name} AS {kinds[column.kind]}) AS {name}"

"""The schema of the made-up hospital system: `facts/schema.csv` as table descriptions and as DDL."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

FACTS = Path(__file__).parent / "facts"

_ARROW: dict[str, pa.DataType] = {
    "bigint": pa.int64(),
    "int": pa.int64(),
    "amount": pa.decimal128(16, 2),
    "price": pa.decimal128(16, 6),
    "quantity": pa.decimal128(16, 4),
    "factor": pa.decimal128(16, 6),
    "ratio": pa.decimal128(5, 4),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Column:
    """One source column; `kind` as in schema.csv: bigint, int, amount, price, …, varchar(n)."""

    name: str
    kind: str
    comment: str

    @property
    def arrow(self) -> pa.DataType:
        """Its Arrow type."""
        return _ARROW.get(self.kind, pa.string())


@dataclass(frozen=True)
class Table:
    """One source table."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def arrow(self) -> pa.Schema:
        """Its Arrow schema."""
        return pa.schema([(column.name, column.arrow) for column in self.columns])


@cache
def tables() -> dict[str, Table]:
    """Every table of the system by name, in the order in which they are written."""
    with (FACTS / "schema.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, Table] = {}
    for head in (row for row in rows if not row["column"]):
        body = [row for row in rows if row["table"] == head["table"] and row["column"]]
        found[head["table"]] = Table(
            name=head["table"],
            title=head["comment"],
            key=tuple(row["column"] for row in body if row["key"]),
            columns=tuple(Column(row["column"], row["type"], row["comment"]) for row in body),
        )
    return found


def column_type(kind: str, engine: str) -> str:
    """The type name of a column in the DDL of `engine` (sqlite, postgresql, mysql)."""
    if kind.startswith("varchar"):
        return kind.upper()
    if kind == "time":
        return "TIMESTAMP" if engine == "postgresql" else "DATETIME"
    if kind in ("bigint", "int", "date"):
        return {"bigint": "BIGINT", "int": "INTEGER", "date": "DATE"}[kind]
    arrow = _ARROW[kind]
    return f"DECIMAL({arrow.precision},{arrow.scale})"


def create_table(table: Table, engine: str) -> list[str]:
    """The statements that create one table, its primary key and (where the engine has them) comments."""
    lines = []
    for column in table.columns:
        line = f"{column.name} {column_type(column.kind, engine)}"
        line += " NOT NULL" if column.name in table.key else ""
        line += f" COMMENT '{column.comment}'" if engine == "mysql" else ""
        lines.append(line)
    if table.key:
        lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    create = f"CREATE TABLE {table.name} ({', '.join(lines)})"
    if engine == "mysql":
        create += f" DEFAULT CHARACTER SET utf8mb4 COMMENT '{table.title}'"
    if engine != "postgresql":
        return [create]
    comments = [f"COMMENT ON COLUMN {table.name}.{c.name} IS '{c.comment}'" for c in table.columns]
    return [create, f"COMMENT ON TABLE {table.name} IS '{table.title}'", *comments]


def text_length(kind: str) -> int | None:
    """The declared length of a text column, None for other kinds."""
    found = re.fullmatch(r"varchar\((\d+)\)", kind)
    return int(found.group(1)) if found else None

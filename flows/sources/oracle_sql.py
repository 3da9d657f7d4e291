"""The SQL of Oracle (11.2 and later), and of Dameng, which keeps the same catalogue views.

Names without quotes are folded to capitals by the engine; an adapter may write them in lower case. The schema's own
tables and views count, and what private and public synonyms of other users' tables show of them.

Oracle knows no empty text: `''` is NULL there, and so is a CHAR that holds only its padding.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from flows.sources.dialect import Dialect
from flows.sources.text_source import Declared, Grammar, Reading

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_$#]*")
_STAMP = "YYYY-MM-DD HH24:MI:SS"
DAY = "TO_CHAR({}, 'YYYY-MM-DD')"
MICROSECONDS = pa.timestamp("us")
INSTANT = Reading(
    pa.timestamp("us", tz="UTC"),
    f"TO_CHAR(SYS_EXTRACT_UTC({{}}), '{_STAMP}.FF6') || 'Z'",
    "TO_CHAR({} AT LOCAL, 'YYYY-MM-DD')",
)
CLOCK = Reading(MICROSECONDS, f"TO_CHAR({{}}, '{_STAMP}.FF6')", DAY)
WHOLE_SECONDS = Reading(MICROSECONDS, f"TO_CHAR({{}}, '{_STAMP}')", DAY)
NUMBER = "TO_CHAR({}, 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''')"
PADDED = Reading(pa.string(), "RTRIM({})")
UNREADABLE = Reading(pa.string(), "")
_TEXTS = {"VARCHAR2", "NVARCHAR2", "VARCHAR", "CLOB", "NCLOB", "LONG"}
_OWNERS = (
    "'SYS', 'SYSTEM', 'XDB', 'MDSYS', 'CTXSYS', 'ORDSYS', 'ORDDATA', 'WMSYS', 'OLAPSYS', 'EXFSYS', 'DBSNMP', 'LBACSYS'"
)


@dataclass(frozen=True)
class FoldingDialect(Dialect):
    """A dialect whose engine folds names without quotes to capitals."""

    def name(self, identifier: str) -> str:
        """An identifier, quoted; a plain one of one case in capitals, as the engine keeps it when unquoted."""
        one_case = identifier in {identifier.lower(), identifier.upper()}
        return super().name(identifier.upper() if one_case and _PLAIN.fullmatch(identifier) else identifier)


DIALECT = FoldingDialect(
    text_cast="TO_CHAR({})",
    limit="SELECT * FROM ({}) WHERE ROWNUM <= {}",
)


def decimal_of(declared: Declared) -> pa.DataType:
    """The Arrow type of NUMBER: as declared; (38, 10) where only the values say, as for PostgreSQL's numeric.

    What has more digits than that is named and kept as text by the extraction, never rounded.
    """
    if declared.precision is None:
        return pa.decimal128(38, 10 if declared.scale is None else max(declared.scale, 0))
    scale = min(declared.scale or 0, 38)
    return pa.decimal128(min(38, max(declared.precision - min(scale, 0), scale)), max(scale, 0))


def reading(declared: Declared) -> Reading:
    """How a column of Oracle is read.

    NUMBER in its shortest exact digits, DATE with its time of day, fractions of a second cut (not rounded) after the
    microsecond, an instant in UTC, RAW in hexadecimal, CHAR without its padding.
    """
    name = re.sub(r"\(\d+\)", "", declared.name.upper()).strip()
    if name == "NUMBER":
        return Reading(decimal_of(declared), NUMBER)
    if name == "DATE":
        return WHOLE_SECONDS
    if name.startswith("TIMESTAMP"):
        return INSTANT if name.endswith("TIME ZONE") else CLOCK
    if name in {"CHAR", "NCHAR"}:
        return PADDED
    if name in _TEXTS:
        return Reading(pa.string())
    texts = {"FLOAT": NUMBER, "BINARY_FLOAT": NUMBER, "BINARY_DOUBLE": NUMBER, "RAW": "RAWTOHEX({})"}
    return Reading(pa.string(), texts[name]) if name in texts else UNREADABLE


def grammar(schema: str) -> Grammar:
    """The SQL for one schema, named as it is stored."""
    return catalogue_of(schema, reading, f"COALESCE({NUMBER.format('SUM({})')}, '0')", _synonyms(schema))


def _synonyms(schema: str) -> str:
    owner = Dialect.literal(schema)
    return f"""
    UNION ALL SELECT s.table_owner, s.table_name, s.synonym_name FROM all_synonyms s
    WHERE s.db_link IS NULL AND s.table_owner NOT IN ({_OWNERS})
        AND (s.owner = {owner} OR s.owner = 'PUBLIC' AND NOT EXISTS (
            SELECT 1 FROM all_objects o WHERE o.owner = {owner} AND o.object_name = s.synonym_name))"""


def catalogue_of(schema: str, how: Callable[[Declared], Reading], total: str, more: str = "") -> Grammar:
    """The queries of the ALL_… views for one schema; `more` are further (owner, table, shown name) of its tables."""
    owner = Dialect.literal(schema)
    seen = f"""WITH seen AS (
    SELECT owner, table_name, table_name AS name FROM all_tables WHERE owner = {owner}
    UNION ALL SELECT owner, view_name, view_name FROM all_views WHERE owner = {owner}{more}
)"""
    return Grammar(
        dialect=DIALECT,
        reading=how,
        tables=f"""{seen}
SELECT n.name, c.comments, t.num_rows, c.table_type
FROM seen n JOIN all_tab_comments c ON c.owner = n.owner AND c.table_name = n.table_name
LEFT JOIN all_tables t ON t.owner = n.owner AND t.table_name = n.table_name ORDER BY n.name""",
        columns=f"""{seen}
SELECT n.name, c.column_name, c.data_type, c.char_length, c.data_precision, c.data_scale, c.nullable, m.comments
FROM seen n JOIN all_tab_columns c ON c.owner = n.owner AND c.table_name = n.table_name
LEFT JOIN all_col_comments m ON m.owner = c.owner AND m.table_name = c.table_name AND m.column_name = c.column_name
WHERE 1 = 1/*named*/ ORDER BY n.name, c.column_id""",
        keys=f"""{seen}
SELECT n.name, k.column_name FROM seen n
JOIN all_constraints c ON c.owner = n.owner AND c.table_name = n.table_name AND c.constraint_type = 'P'
JOIN all_cons_columns k ON k.owner = c.owner AND k.constraint_name = c.constraint_name ORDER BY n.name, k.position""",
        indexes=f"""{seen}
SELECT n.name, i.index_name, CASE i.uniqueness WHEN 'UNIQUE' THEN 'Y' ELSE 'N' END, k.column_name FROM seen n
JOIN all_indexes i ON i.table_owner = n.owner AND i.table_name = n.table_name
JOIN all_ind_columns k ON k.index_owner = i.owner AND k.index_name = i.index_name
ORDER BY n.name, i.index_name, k.column_position""",
        references=f"""{seen}
SELECT n.name, MIN(k.column_name), MIN(o.table_name), MIN(o.column_name) FROM seen n
JOIN all_constraints c ON c.owner = n.owner AND c.table_name = n.table_name AND c.constraint_type = 'R'
JOIN all_cons_columns k ON k.owner = c.owner AND k.constraint_name = c.constraint_name
JOIN all_cons_columns o ON o.owner = c.r_owner AND o.constraint_name = c.r_constraint_name AND o.position = k.position
GROUP BY n.name, c.owner, c.constraint_name HAVING COUNT(*) = 1 ORDER BY 1, 2""",
        named="n.name",
        total=total,
    )

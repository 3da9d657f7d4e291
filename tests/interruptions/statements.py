"""What a reader may ask of a hospital's server, told from the statements that the server has logged."""

import re

import sqlglot
from sqlglot import exp

DIALECTS = {"postgresql": "postgres", "mysql": "mysql"}
HARMLESS = (
    r"(SESSION |LOCAL )?TRANSACTION (ISOLATION LEVEL|READ ONLY)\b.*",
    r"(SESSION |LOCAL |@@SESSION\.)?(TIME ZONE|TIME_ZONE|STATEMENT_TIMEOUT|MAX_STATEMENT_TIME|MAX_EXECUTION_TIME"
    r"|LOCK_TIMEOUT|EXTRA_FLOAT_DIGITS|DATESTYLE|INTERVALSTYLE|CLIENT_ENCODING|APPLICATION_NAME|AUTOCOMMIT|NAMES"
    r"|NET_WRITE_TIMEOUT|NET_READ_TIMEOUT|WAIT_TIMEOUT|GROUP_CONCAT_MAX_LEN|SQL_MODE|BYTEA_OUTPUT)\b.*",
)
TRANSACTION = r"(BEGIN|START TRANSACTION|COMMIT|ROLLBACK)( TRANSACTION| WORK)?\b[A-Z ,]*"
TOLD = r"(SHOW|DESCRIBE|EXPLAIN(?! ANALYZE)|DEALLOCATE|DISCARD ALL)\b.*"
COPY_OUT = re.compile(r"COPY\s*\((?P<select>.*)\)\s*TO\s+STDOUT\b[^;]*", re.IGNORECASE | re.DOTALL)
CHANGING = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.Command, exp.Into)
ACTS = re.compile(
    r"(nextval|setval|pg_(try_)?advisory\w*|pg_(terminate|cancel)_backend|pg_(reload|rotate|switch|promote|create|drop"
    r"|replication|logical|notify|write|read|ls)\w*|lo_\w+|dblink\w*|set_config|get_lock|release_lock|benchmark|sleep"
    r"|pg_sleep|load_file|sys_exec|txid_current|pg_export_snapshot)"
)


def objection(statement: str, engine: str) -> str:
    """Why a reader must not ask this, empty when he may.

    Reading without locks, settings of the own session, a transaction's begin and end, and questions about the server
    are allowed; what is not understood is not.
    """
    sql = re.sub(r"\s+", " ", statement.strip().rstrip(";").strip())
    if not sql:
        return ""
    if re.fullmatch(f"{TRANSACTION}|{TOLD}", sql, re.IGNORECASE):
        return ""
    if sql[:4].upper() == "SET ":
        return "" if any(re.fullmatch(one, sql[4:], re.IGNORECASE) for one in HARMLESS) else "sets something"
    copied = COPY_OUT.fullmatch(sql)
    return _select(copied["select"] if copied else statement, engine)


def _select(text: str, engine: str) -> str:
    try:
        parsed = [one for one in sqlglot.parse(text, read=DIALECTS[engine]) if one is not None]
    except sqlglot.errors.SqlglotError:
        return "cannot be understood"
    for query in parsed:
        if not isinstance(query, exp.Query):
            return f"is no SELECT but {query.key}"
        if any(query.find_all(*CHANGING)):
            return "changes something"
        if any(query.find_all(exp.Lock)) or re.search(r"LOCK IN SHARE MODE", text, re.IGNORECASE):
            return "locks rows"
        acting = [name for name in map(_name, query.find_all(exp.Func)) if ACTS.fullmatch(name)]
        if acting:
            return f"calls {acting[0]}"
    return ""


def _name(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()


def objections(statements: list[str], engine: str) -> list[str]:
    """Every statement that a reader must not ask, with the reason."""
    judged = [(statement, objection(statement, engine)) for statement in statements]
    return [f"{reason}: {statement}" for statement, reason in judged if reason]

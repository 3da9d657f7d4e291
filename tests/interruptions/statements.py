"""What a reader may ask of a hospital's server, told from the statements that the server has logged."""

import re

import sqlglot
from sqlglot import exp

DIALECTS = {"postgresql": "postgres", "mysql": "mysql"}
SETTINGS = (
    "time zone|time_zone|timezone|statement_timeout|lock_timeout|idle_in_transaction_session_timeout"
    "|max_statement_time|max_execution_time|lock_wait_timeout|innodb_lock_wait_timeout|net_write_timeout"
    "|net_read_timeout|wait_timeout|extra_float_digits|datestyle|intervalstyle|bytea_output|client_encoding|names"
    "|application_name|autocommit|group_concat_max_len|sql_mode|search_path|character_set_results"
    "|standard_conforming_strings"
)
HARMLESS = rf"(session |local |@@session\.)?(transaction (isolation level|read only)|{SETTINGS})\b.*"
TRANSACTION = r"(BEGIN|START TRANSACTION|COMMIT|ROLLBACK)( TRANSACTION| WORK)?\b[A-Z ,]*"
TOLD = r"(SHOW|DESCRIBE|EXPLAIN(?! ANALYZE)|DEALLOCATE|DISCARD ALL)\b.*"
COPY_OUT = re.compile(r"COPY\s*\((?P<select>.*)\)\s*TO\s+STDOUT\b[^;]*", re.IGNORECASE | re.DOTALL)
CHANGING = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.Command, exp.Into)
ACTS = re.compile(
    r"(nextval|setval|pg_(try_)?advisory\w*|pg_(terminate|cancel)_backend|pg_(reload|rotate|switch|promote|create|drop"
    r"|replication|logical|notify|write|read|ls)\w*|lo_\w+|dblink\w*|get_lock|release_lock|benchmark|sleep"
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
        return "" if re.fullmatch(HARMLESS, sql[4:], re.IGNORECASE) else "sets something"
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
        called = {_name(function) for function in query.find_all(exp.Func)}
        if acting := sorted(name for name in called if ACTS.fullmatch(name)):
            return f"calls {acting[0]}"
        if "set_config" in called and not _sets_harmless(query):
            return "sets something"
    return ""


def _sets_harmless(query: exp.Query) -> bool:
    """Whether `set_config` is given names of harmless settings alone, as its argument or from a list of VALUES."""
    given = [function.expressions[0] for function in query.find_all(exp.Anonymous) if _name(function) == "set_config"]
    listed = [row.expressions[0] for values in query.find_all(exp.Values) for row in values.expressions]
    literals = [one for one in (*given, *listed) if isinstance(one, exp.Literal)]
    known = all(re.fullmatch(SETTINGS, one.name, re.IGNORECASE) for one in literals)
    return known and len(literals) >= (len(given) if not listed else len(listed))


def _name(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()


def objections(statements: list[str], engine: str) -> list[str]:
    """Every statement that a reader must not ask, with the reason."""
    judged = [(statement, objection(statement, engine)) for statement in statements]
    return [f"{reason}: {statement}" for statement, reason in judged if reason]

"""CREATE TABLE statements and their comments, in the dialects that hospitals use."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from flows.learn.encoding import find_charset
from flows.learn.sheet import Note, Statement, StatementColumn

_HEAD = 16 << 20
_DIALECTS = {
    "postgres": re.compile(r"\bCHARACTER VARYING\b|::|\bTIMESTAMP\b", re.IGNORECASE),
    "oracle": re.compile(r"\bN?VARCHAR2\b|\bNUMBER\b|\bCLOB\b", re.IGNORECASE),
    "tsql": re.compile(r"\[\w+\]|\bNVARCHAR\b|\bDATETIME2\b|^\s*GO\s*$", re.IGNORECASE | re.MULTILINE),
    "mysql": re.compile(r"`|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bDATETIME\b|\bCOMMENT\s+'", re.IGNORECASE),
}
"""The dialects, each with the words by which a file shows that it is written in it."""
_STRING = r"'(?:[^']|'')*'"
_TOKEN = re.compile(
    rf"--[^\n]*|/\*.*?\*/|{_STRING}|\"[^\"\n]*\"|`[^`\n]*`|[();]"
    r"|\bCREATE\s+(?:GLOBAL\s+)?(?:TEMPORARY\s+)?TABLE\b|\bINSERT\s+INTO\b",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT_ON = re.compile(rf"\bCOMMENT\s+ON\s+(TABLE|COLUMN)\s+([^\s']+)\s+IS\s+({_STRING})", re.IGNORECASE)
_TABLE_COMMENT = re.compile(rf"\bCOMMENT\s*=?\s*({_STRING})", re.IGNORECASE)
_ORACLE_STATE = re.compile(r"\s+(?:ENABLE|NOVALIDATE|SUPPLEMENTAL\s+LOG\s+\w+)\b", re.IGNORECASE)
_PRINTED = re.compile(
    r"[\"`\]]?\s*\[?([A-Za-z_]\w*)\]?((?:\s+(?:PRECISION|VARYING|UNSIGNED))?)\s*(\([^)]*\))?", re.IGNORECASE
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class _Source:
    """The text of one CREATE TABLE up to the end of its columns, the comment line above it and the rest below."""

    text: str
    above: str
    tail: str


def read_statements(path: Path, file: str) -> Iterator[Statement | Note]:
    """Read the CREATE TABLE statements of a file; of a dump, those in its first 16 MiB.

    Args:
        path: the file.
        file: its name inside the delivery.

    Yields:
        A statement for each table, a note for each that no dialect understands and for what was not read.

    Raises:
        LearnError: the file is neither UTF-8 nor GB18030 (a binary dump may hold anything).
    """
    text = _text(path, file)
    order = sorted(_DIALECTS, key=lambda name: -len(_DIALECTS[name].findall(text)))
    sources = list(_sources(text))
    comments = {_commented(kind, name): _unquoted(words) for kind, name, words in _COMMENT_ON.findall(text)}
    for source in sources:
        statement = next((one for dialect in order if (one := _parse(source, dialect, comments, file))), None)
        if statement:
            yield statement
        else:
            first = " ".join(source.text.split())[:60]
            yield Note(file, "statement_not_read", f"{file} 中有一条建表语句看不懂，没有读取：{first}…")
    if not sources:
        yield Note(file, "skipped_file", f"{file} 中没有建表语句。")
    inserts = len(re.findall(r"\bINSERT\s+INTO\b", text, re.I))
    if inserts or path.stat().st_size > _HEAD:
        yield Note(
            file,
            "data_not_read",
            f"{file} 只读取了建表语句；其中的数据（INSERT 等）没有读取，请另行导出为 csv。",
            inserts,
        )


def _text(path: Path, file: str) -> str:
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    if path.suffix.lower() == ".dmp" or file.lower().endswith(".dmp"):
        return head.decode("gb18030", "replace")
    return head.decode(find_charset(path, file).codec, "ignore").replace("\r\n", "\n")


def _sources(text: str) -> Iterator[_Source]:
    """Every CREATE TABLE outside comments and strings."""
    begin, depth, above, remark = -1, 0, "", (-1, "")
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word.startswith("--"):
            remark = (token.end(), word[2:].strip())
        elif word[:6].upper() == "CREATE":
            begin, depth = token.start(), 0
            above = remark[1] if remark[0] >= 0 and not text[remark[0] : begin].strip() else ""
        elif begin >= 0 and word == "(":
            depth += 1
        elif begin >= 0 and word == ")":
            depth -= 1
            if depth == 0:
                tail = re.split(r";|\bCREATE\b", text[token.end() : token.end() + 2000], maxsplit=1, flags=re.I)[0]
                yield _Source(text[begin : token.end()], above, tail)
                begin = -1
        elif begin >= 0 and word == ";":
            yield _Source(text[begin : token.start()], above, "")
            begin = -1
    if begin >= 0:
        yield _Source(text[begin:], above, "")


@contextmanager
def _silent() -> Iterator[None]:
    """What sqlglot warns of is tried in another dialect, or noted."""
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _parse(source: _Source, dialect: str, comments: dict[tuple[str, ...], str], file: str) -> Statement | None:
    text = _ORACLE_STATE.sub("", source.text) if dialect == "oracle" else source.text
    try:
        with _silent():
            tree = sqlglot.parse_one(text, dialect=dialect)
    except SqlglotError:
        return None
    if not isinstance(tree, exp.Create) or not isinstance(tree.this, exp.Schema):
        return None
    table = tree.this.this.name
    columns = [one for one in tree.this.expressions if isinstance(one, exp.ColumnDef)]
    if not columns or any(column.kind is None for column in columns):
        return None
    tail = _TABLE_COMMENT.search(source.tail)
    title = comments.get((table.upper(),)) or (_unquoted(tail.group(1)) if tail else "")
    if not title and _CHINESE.search(source.above):
        title = source.above
    described = tuple(
        StatementColumn(
            column.name,
            _printed(column, text, dialect),
            comments.get((table.upper(), column.name.upper())) or _label(column),
        )
        for column in columns
    )
    return Statement(table, title, file, described, _key(tree.this, columns))


def _printed(column: exp.ColumnDef, text: str, dialect: str) -> str:
    """The type as the statement prints it, upper case, blanks inside brackets removed."""
    end = column.this.meta.get("end")
    found = _PRINTED.match(text, end + 1) if end is not None else None
    printed = "".join(part or "" for part in found.groups()) if found else str(column.kind and column.kind.sql(dialect))
    head, bracket, tail = printed.partition("(")
    return (" ".join(head.split()) + bracket + re.sub(r"\s+", "", tail)).upper()


def _label(column: exp.ColumnDef) -> str:
    """The inline comment of a column, else the remark at the end of its line up to the first semicolon."""
    for constraint in column.constraints:
        if isinstance(constraint.kind, exp.CommentColumnConstraint):
            return str(constraint.kind.this.name)
    remarks = [remark for node in column.walk() for remark in node.comments or ()]
    return re.split("[；;]", remarks[0])[0].strip() if remarks else ""


def _key(schema: exp.Schema, columns: list[exp.ColumnDef]) -> tuple[str, ...]:
    inline = [
        column.name
        for column in columns
        if any(isinstance(one.kind, exp.PrimaryKeyColumnConstraint) for one in column.constraints)
    ]
    if inline:
        return tuple(inline)
    for one in schema.expressions:
        if isinstance(one, exp.ColumnDef):
            continue
        if one.find(exp.PrimaryKey) or one.find(exp.PrimaryKeyColumnConstraint):
            names = {column.name for column in columns}
            found = [node.name for node in one.find_all(exp.Identifier, bfs=False) if node.name in names]
            return tuple(dict.fromkeys(found))
    return ()


def _unquoted(words: str) -> str:
    return words[1:-1].replace("''", "'").strip()


def _commented(kind: str, name: str) -> tuple[str, ...]:
    """What a comment speaks of, without its schema, upper case: `"S"."T"."A"` -> (T, A)."""
    parts = [part.strip('"`[]').upper() for part in name.split(".")]
    return tuple(parts[-1 if kind.upper() == "TABLE" else -2 :])

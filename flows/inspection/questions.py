"""What an engine can tell of itself: `engines/<engine>.toml`, one question a section.

A section has `sql` (columns by the question, listed below, all text), or `untold` (why the engine does not tell), or
`never` (why the question makes no sense there); `when` asks first whether the answer can be believed, and `otherwise`
says why not. `tiny` is the smallest SELECT, `day` makes a date or time the text of its day, `literal` a day a literal.

    size          bytes
    unused        table, index, bytes or none
    waste         table, percent, bytes
    changed       table, time
    procedures    count, time of the last change or none
    connections   used, at most
    transactions  seconds of the oldest other one
    replication   role, seconds of lag; no row without replication
    backup        kind, time of the last one or none, time of the last failure or none

Times are `YYYY-MM-DD HH:MM:SS` of the server's wall clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flows.sources.connection import Connection
from schemas.errors import SourceError
from schemas.inspection import Answer
from schemas.reference import read_toml

ENGINES = Path(__file__).parent / "engines"
QUESTIONS = (
    "size",
    "unused",
    "waste",
    "changed",
    "procedures",
    "connections",
    "transactions",
    "replication",
    "backup",
)
_NO = {None, "", "0", "f", "false", "off"}


@dataclass(frozen=True)
class Engine:
    """How one product is asked; `questions` is empty for a product that nobody wrote questions for."""

    questions: dict[str, dict[str, str]]
    tiny: str = "SELECT 1"
    day: str = ""
    literal: str = "{}"


@cache
def _engines() -> tuple[tuple[tuple[str, ...], Engine], ...]:
    return tuple(_read(read_toml(path)) for path in sorted(ENGINES.glob("*.toml")))


def _read(content: dict[str, Any]) -> tuple[tuple[str, ...], Engine]:
    facts = {name: content[name] for name in ("tiny", "day", "literal") if name in content}
    return tuple(content["products"]), Engine({name: content[name] for name in QUESTIONS}, **facts)


def engine_of(product: str) -> Engine:
    """How a product is asked, by the beginning of its name."""
    found = (engine for products, engine in _engines() if product.startswith(products))
    return next(found, Engine({}))


class Line:
    """A line to a source that is made anew after a refusal, since some engines then refuse all that follows."""

    def __init__(self, opened: Callable[[], Connection]) -> None:
        self._opened = opened
        self._connection: Connection | None = opened()

    @property
    def connection(self) -> Connection:
        """The connection of the next question.

        Raises:
            SourceError: the source cannot be reached any more.
        """
        if self._connection is None:
            self._connection = self._opened()
        return self._connection

    def ask(self, sql: str) -> tuple[tuple[str | None, ...], ...]:
        """The rows of one small SELECT, each value as text.

        Raises:
            SourceError: the source refuses or the connection broke; the next question is asked on a new one.
        """
        try:
            rows = self.connection.ask(sql)
        except SourceError:
            self.close()
            raise
        return tuple(tuple(map(_text, row)) for row in rows)

    def close(self) -> None:
        """Let go of the source."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def answers(line: Line, engine: Engine) -> dict[str, Answer]:
    """What the engine tells, question by question; a refusal is an answer that was not told."""
    return {name: _answer(line, engine.questions.get(name)) for name in QUESTIONS}


def _answer(line: Line, question: dict[str, str] | None) -> Answer:
    if question is None:
        return Answer(untold="没有为这种数据库准备问法")
    if "never" in question:
        return Answer(untold=question["never"], applies=False)
    if "untold" in question:
        return Answer(untold=question["untold"])
    try:
        if "when" in question and line.ask(question["when"])[0][0] in _NO:
            return Answer(untold=question["otherwise"])
        return Answer(line.ask(question["sql"]))
    except SourceError as error:
        return Answer(untold=f"数据库没有回答：{error}")

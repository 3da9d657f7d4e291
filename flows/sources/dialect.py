"""How one engine writes what every source is asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """The SQL of one engine.

    `quotes` are the signs before and after an identifier, `text_cast` the cast that makes any value text without losing
    a digit, `limit` how a SELECT is cut to its first rows. `sum` adds a money column up exactly, in units of ten to the
    power of minus `sum_scale` yuan.
    """

    quotes: tuple[str, str] = ('"', '"')
    text_cast: str = "CAST({} AS VARCHAR)"
    limit: str = "{} LIMIT {}"
    sum: str = "SUM({})"
    sum_scale: int = 0

    def name(self, identifier: str) -> str:
        """An identifier, quoted."""
        before, after = self.quotes
        return before + identifier.replace(after, after * 2) + after

    def text(self, expression: str) -> str:
        """An expression as text."""
        return self.text_cast.format(expression)

    def limited(self, select: str, rows: int) -> str:
        """A SELECT that gives at most so many rows."""
        return self.limit.format(select, rows)

    @staticmethod
    def literal(text: str) -> str:
        """A text literal."""
        return "'" + text.replace("'", "''") + "'"

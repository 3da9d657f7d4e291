"""Every name under which a column is known: the fields and labels of all packs, the std model, and synonyms."""

from dataclasses import dataclass
from functools import cache

from schemas.reference import read_rows
from schemas.registry import SHIPPED, format_ids, load_format
from schemas.std import MODELS, std_table
from schemas.words import plain


@dataclass(frozen=True)
class Vocabulary:
    """`fields` maps a plain name to the std fields that it may mean; `words` are all plain names known."""

    fields: dict[str, frozenset[str]]
    words: frozenset[str]

    def std_fields(self, *names: str) -> frozenset[str]:
        """The std fields that one of the names may mean."""
        return frozenset().union(*(self.fields.get(plain(name), frozenset()) for name in names))


@cache
def vocabulary() -> Vocabulary:
    """Read all that ships with feijian."""
    fields: dict[str, set[str]] = {}
    words: set[str] = set()

    def learn(word: str, std_field: str) -> None:
        words.add(plain(word))
        if std_field:
            fields.setdefault(plain(word), set()).add(std_field)

    for identifier in format_ids():
        for table in load_format(identifier).tables:
            for column in table.columns:
                for word in (column.field, column.name, column.label):
                    learn(word, column.std_field)
    for row in read_rows(SHIPPED / "synonyms.csv"):
        learn(row["word"], row["std_field"])
    for name in MODELS:
        for std_column in std_table(name).columns:
            if not std_column.name.startswith("_"):
                learn(std_column.name, f"{name}.{std_column.name}")
    return Vocabulary({word: frozenset(found) for word, found in fields.items()}, frozenset(words - {""}))

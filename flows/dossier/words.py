"""The words of table and column names, cut into what `reference/dossier/concepts.toml` knows."""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from schemas.reference import REFERENCE, read_toml

_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[一-鿿]+|\d+")
_NOISE = {"b", "xx", "jl", "zb", "tbl", "tab", "t", "v", "view", "sys", "his", "adm", "yw", "yd"}


@dataclass(frozen=True)
class Words:
    """What a name and its comment say: concept -> weight (1 certain, less where a word has several meanings)."""

    weights: dict[str, float]
    said: dict[str, str]

    @cached_property
    def total(self) -> float:
        """All that is said."""
        return sum(self.weights.values())

    def has(self, concept: str) -> float:
        """How surely a concept is said."""
        return self.weights.get(concept, 0.0)


@cache
def _vocabulary() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Words in letters and words in Chinese, each with its concepts."""
    letters: dict[str, list[str]] = {}
    chinese: dict[str, list[str]] = {}
    for concept, words in read_toml(REFERENCE / "dossier" / "concepts.toml").items():
        for kind in ("en", "initials", "pinyin"):
            for word in words.get(kind, ()):
                letters.setdefault(word.lower(), []).append(concept)
        for word in words.get("zh", ()):
            (letters if word.isascii() else chinese).setdefault(word.lower(), []).append(concept)
    return {w: tuple(dict.fromkeys(c)) for w, c in letters.items()}, {w: tuple(c) for w, c in chinese.items()}


@cache
def words_of(name: str, comment: str = "") -> Words:
    """The concepts of a name and a comment; what both say is certain."""
    weights: dict[str, float] = {}
    said: dict[str, str] = {}
    for word, concepts, whole in (*_cut_name(name), *_cut_comment(comment), *_cut_comment(name)):
        for concept in concepts:
            weight = whole / len(concepts)
            before = weights.get(concept, 0.0)
            weights[concept] = min(1.0, before + weight) if said.get(concept) != word else max(before, weight)
            said.setdefault(concept, word)
    return Words(weights, said)


def _cut_name(name: str) -> list[tuple[str, tuple[str, ...], float]]:
    found = []
    for piece in _PIECES.findall(name):
        piece = piece.lower()
        if piece.isascii() and not piece.isdigit():
            found += [(word, _vocabulary()[0][word], 1.0) for word in _segments(piece)]
    return found


@cache
def _segments(piece: str) -> tuple[str, ...]:
    """The known words that a piece of letters consists of, as few as cover most of it."""
    letters = _vocabulary()[0]
    best: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]  # uncovered letters, words, the words
    for end in range(1, len(piece) + 1):
        loss, count, words = best[end - 1]
        options = [(loss + 1, count, words)]
        for start in range(max(0, end - 20), end):
            word = piece[start:end]
            if word in letters and (len(word) > 1 or word == piece):
                loss, count, words = best[start]
                options.append((loss, count + 1, (*words, word)))
        best.append(min(options))
    loss, _, words = best[-1]
    known = piece in letters
    return (piece,) if known else words if loss <= 1 or piece[-1:] in _NOISE else _ends(words, piece, loss)


def _ends(words: tuple[str, ...], piece: str, loss: int) -> tuple[str, ...]:
    """Words inside a piece that is mostly unknown mean nothing, unless they are long."""
    return tuple(word for word in words if len(word) >= 4) if loss > len(piece) // 3 else words


def _cut_comment(comment: str) -> list[tuple[str, tuple[str, ...], float]]:
    """Chinese words in a comment, the longest first; each letter counts for one word."""
    chinese, left, found = _vocabulary()[1], comment.lower(), []
    for word in sorted(chinese, key=lambda one: (-len(one), one)):
        if word in left:
            found.append((word, chinese[word], 1.0))
            left = left.replace(word, "　")
    if re.search(r"(?<![a-z])id(?![a-z])", left):
        found.append(("ID", ("id",), 1.0))
    return found

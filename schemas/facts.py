"""What may stand in `pack.toml`: every known fact with the shape of its value."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from schemas.errors import SettingsError

LEVELS = ("national", "province", "site", "supplement")
FILES = ("csv", "xlsx")
HEADS = ("label", "note", "printed")
NEEDED = ("title", "source", "delimiter")
PAIR_NEEDED = ("word", "main", "detail", "id", "total", "cost", "date")
PAIR_ROLES = (*PAIR_NEEDED, "detail_date", "refund", "flag")
PAIR_LISTS = ("refunds", "insured")

Holds = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _one_of(*words: str) -> Holds:
    return lambda value: value in words if _text(value) else False


def _some_of(*words: str) -> Holds:
    return lambda value: _texts(value) and set(value) <= set(words)


def _words(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_text, value.values()))


def _accounts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_words, value.values()))


def _pair(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(PAIR_NEEDED) <= set(value) <= {*PAIR_ROLES, *PAIR_LISTS}
        and all(_texts(one) if role in PAIR_LISTS else _text(one) for role, one in value.items())
    )


def _pairs(value: Any) -> bool:
    return isinstance(value, list) and all(map(_pair, value))


def _dropped(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, dict)
        and set(one) == {"layer", "accounts", "sql"}
        and _text(one["layer"])
        and _text(one["sql"])
        and _texts(one["accounts"])
        for one in value.values()
    )


_WORDS = (_words, '写成一节 [{fact}]，每行 "文字" = "文字"')
_TEXT = (_text, "是加引号的文字")
SHAPES: dict[str, tuple[Holds, str]] = {
    **dict.fromkeys(("title", "source", "base", "base_format", "charset", "delimiter", "joiner", "sql"), _TEXT),
    **dict.fromkeys(("forbidden", "exclusions", "conditions"), _WORDS),
    "layer": (_one_of(*LEVELS), f"是 {'、'.join(LEVELS)} 之一"),
    "layers": (_texts, "是文字的列表，如 [\"nhsa/2024\"]"),
    "files": (_some_of(*FILES), f"是列表，其中只有 {'、'.join(FILES)}，如 [\"csv\"]"),
    "sheet_head": (_some_of(*HEADS), f"是列表，其中只有 {'、'.join(HEADS)}，如 [\"note\"]"),
    "accounts": (_accounts, "写成一节 [accounts]，每行 标准表 = {{ 表 = \"金额列\" }}"),
    "pairs": (_pairs, f"写成 [[pairs]]，其中有 {'、'.join(PAIR_NEEDED)}，都是加引号的文字"),
    "dropped": (_dropped, "由 feijian 写出，请勿手工修改"),
}  # fmt: skip


def check_facts(facts: dict[str, Any], path: Path) -> None:
    """Whether every known fact has the shape that the rest of the house relies on.

    Args:
        facts: the content of a `pack.toml`.
        path: where it lies, for the message.

    Raises:
        SettingsError: a fact of another shape, or one that a pack without a base cannot do without.
    """
    for fact, (holds, wanted) in SHAPES.items():
        if fact in facts and not holds(facts[fact]):
            raise SettingsError(f"{path} 中的 {fact} 写法有误：应{wanted.format(fact=fact)}。")
    missing = [] if facts.get("base") else [fact for fact in NEEDED if not facts.get(fact)]
    if missing:
        raise SettingsError(f"{path} 缺少 {'、'.join(missing)}（不能为空）。")

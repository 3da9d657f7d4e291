"""Names as people write them, brought to one form for comparison."""

import re
import unicodedata
from functools import lru_cache

_UNIT = re.compile(r"[（(\[【](?:元|万元|天|岁|克|g|%|日|个|次|单位[:：]?\S*)[)）\]】]")
_NOISE = re.compile(r"[\s_\-.·*#:：,，、;；/\\\"'“”()（）\[\]【】<>《》]+")


def cells_wide(text: str) -> int:
    """The cells of a terminal, or characters of a sheet's column, that a text takes: Chinese is twice as wide."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """A column, table or sheet name without what carries no meaning.

    Full-width letters become half-width, case is folded, a trailing unit in brackets and all blanks and punctuation
    go: `Social_Card ID ` and `ＳＯＣＩＡＬ＿ＣＡＲＤ＿ＩＤ` are the same name, `金额（元）` and `金额` too.
    """
    return _NOISE.sub(
        "", _UNIT.sub("", unicodedata.normalize("NFKC", word).replace("(", "（").replace(")", "）"))
    ).casefold()

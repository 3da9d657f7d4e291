"""From what was observed to a type: the data decide what they can, the known column what they cannot."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from flows.learn.observe import DATE_FORMS, Observed
from schemas.format import PATTERNS, FormatColumn, Kind

SERIALS = (Decimal(20_000), Decimal(80_000))  # Excel's day numbers from 1954 to 2119
_NUMBERS = ("digits", "negative", "decimal", "grouped")
MOST = Decimal("0.95")
MAX_DIGITS = 38
_PRINTED = re.compile(
    r"^(?P<word>[^\d(（]*)\d*(?:[(（](?P<first>\d+)\s*(?:CHAR|BYTE)?(?:[,，](?P<second>\d+))?[)）])?", re.IGNORECASE
)
_WORDS: tuple[tuple[Kind, str], ...] = (
    ("datetime", r"DATE/DATETIME|DATETIME|TIMESTAMP|日期时间|时间"),
    ("date", r"DATE|日期"),
    ("decimal", r"DECIMAL|NUMERIC|NUMBER|INT|BIGINT|DOUBLE|FLOAT|MONEY|数值|数字|小数|整数|金额"),
    ("text", r"N?VARCHAR|N?CHAR|VARCHAR\d?|TEXT|CLOB|STRING|字符|文本"),
)


@dataclass(frozen=True)
class Hint:
    """What is known of a column's type before its values are looked at: from a known format, or as printed."""

    kind: Kind
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    pattern: str = ""


def hint(known: FormatColumn | None, printed: str) -> Hint | None:
    """The type that a column should have: what the delivery itself prints goes before what a known format has."""
    match = _PRINTED.match(printed.replace(" ", ""))
    word = match["word"].upper() if match else ""
    kind = next((kind for kind, pattern in _WORDS if word and re.match(pattern, word)), None)
    first, second = (int(match[one]) if match and match[one] else None for one in ("first", "second"))
    if kind == "decimal":
        return Hint(kind, None, first or 16, second or 0)
    if kind == "text":
        return Hint(kind, first)
    if known is not None and (kind is None or known.kind in ("date", "datetime")):
        return Hint(known.kind, known.length, known.precision, known.scale, known.pattern)
    return Hint(kind, pattern=PATTERNS[kind]) if kind else None


@dataclass(frozen=True)
class Inferred:
    """The type of a column.

    `pattern` is how dates stand in the files (strftime), `excel` for Excel's day numbers. `certain` is false where
    the data alone allow another reading; `remarks` are Chinese sentences about what was met; `damaged` says that
    digits are lost for good (an identifier in scientific notation).
    """

    kind: Kind
    pattern: str = ""
    precision: int | None = None
    scale: int | None = None
    certain: bool = True
    remarks: tuple[str, ...] = ()
    damaged: bool = False


def infer(seen: Observed, natives: frozenset[str], decimals: int | None, known: Hint | None) -> Inferred:
    """The type of one column.

    Args:
        seen: the column as it stood in the files.
        natives: the cell types met in a workbook; empty for text files.
        decimals: the decimals of the workbook's number format.
        known: the type that it should have, if anything is known of it.
    """
    if not seen.filled:
        return _empty(known)
    if "scientific" in seen.forms:
        return _scientific(seen, known)
    others = _others(seen, known)
    if others:
        most = infer(others, natives, decimals, known)
        left = seen.filled - others.filled
        word = "日期" if most.kind in ("date", "datetime") else "数值"
        return replace(most, certain=False, remarks=(*most.remarks, f"{left} 个值不是{word}，按空值处理"))
    if seen.dates and set(seen.forms) <= set(DATE_FORMS):
        return _dates(seen, known)
    if set(seen.forms) <= set(_NUMBERS):
        return _numbers(seen, natives, decimals, known)
    if (
        known is not None
        and known.kind in ("date", "datetime")
        and set(seen.forms) <= {*DATE_FORMS, "digits", "decimal"}
    ):
        return _serials_among_dates(seen, known)
    return _text(seen, known)


def _others(seen: Observed, known: Hint | None) -> Observed | None:
    """The column without the few values that do not fit what it should be; None when all fit, or most do not."""
    if known is None or known.kind == "text":
        return None
    fitting = _NUMBERS if known.kind == "decimal" else (*DATE_FORMS, "digits", "decimal")
    forms = {form: rows for form, rows in seen.forms.items() if form in fitting}
    fits = sum(forms.values())
    if fits == seen.filled or fits < MOST * seen.filled:
        return None
    return replace(seen, forms=forms, filled=fits, low="", high="")


def _serials_among_dates(seen: Observed, known: Hint) -> Inferred:
    """Dates, some of which Excel has turned into day numbers."""
    serials = seen.forms.get("digits", 0) + seen.forms.get("decimal", 0)
    dates = _dates(replace(seen, forms={form: rows for form, rows in seen.forms.items() if form in DATE_FORMS}), known)
    remark = f"{serials} 个日期写成 Excel 序列号，其余不是"
    return replace(dates, kind=known.kind, certain=False, remarks=(*dates.remarks, remark))


def _empty(known: Hint | None) -> Inferred:
    remark = ("没有一个值，类型从已知格式推定" if known else "没有一个值，类型无从得知，按文本",)
    if known is None:
        return Inferred("text", certain=False, remarks=remark)
    return Inferred(known.kind, known.pattern, known.precision, known.scale, False, remark)


def _scientific(seen: Observed, known: Hint | None) -> Inferred:
    rows = seen.forms["scientific"]
    if known is not None and known.kind == "decimal":
        text = f"{rows} 个值为科学计数法，按数值读取"
        return Inferred("decimal", "", known.precision, known.scale, False, (text,))
    text = f"{rows} 个值为科学计数法（如 6.5E+17），末几位数字已经丢失"
    return Inferred("text", certain=False, remarks=(text,), damaged=True)


def _dates(seen: Observed, known: Hint | None) -> Inferred:
    patterns = seen.dates
    kind: Kind = "datetime" if any("%H" in one for one in patterns) else "date"
    pattern = max(patterns, key=lambda one: (seen.forms[one], one))
    remarks = []
    if len(patterns) > 1:
        remarks.append("日期写法不一：" + "、".join(f"{_words(one)} {seen.forms[one]} 行" for one in sorted(patterns)))
    if seen.loose and "-" not in pattern[:3]:
        pattern = pattern.replace("%m", "%-m").replace("%d", "%-d").replace("%H", "%-H")
    if known is not None and {kind, known.kind} == {"date", "datetime"} and kind == "date":
        remarks.append("值都没有时分秒")
    return Inferred(kind, pattern, certain=len(patterns) == 1, remarks=tuple(remarks))


def _words(pattern: str) -> str:
    """A pattern as people write it: YYYY/MM/DD."""
    names = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH", "%M": "MM", "%S": "SS", "%-m": "M", "%-d": "D"}
    for mark, word in names.items():
        pattern = pattern.replace(mark, word)
    return pattern


def _numbers(seen: Observed, natives: frozenset[str], decimals: int | None, known: Hint | None) -> Inferred:
    if known is not None and known.kind in ("date", "datetime") and _serial(seen):
        remark = f"{seen.filled} 个日期写成 Excel 序列号（如 {seen.low}）"
        return Inferred(known.kind, "excel", certain=False, remarks=(remark,))
    if known is not None and known.kind in ("date", "datetime") and seen.only("digits") and seen.longest == 8:
        return Inferred("date", "%Y%m%d")
    if known is not None and known.kind == "text" and natives != {"number"}:
        return Inferred("text")  # codes such as 54.11 look like numbers; written as text they are none
    scale = max(seen.scale, decimals or 0)
    if seen.whole + scale > MAX_DIGITS:
        return Inferred("text", certain=False, remarks=(f"数值超过 {MAX_DIGITS} 位，按文本",))
    number = Inferred("decimal", "", max(16, seen.whole + scale), scale)
    if "grouped" in seen.forms:
        number = replace(number, remarks=(f"{seen.forms['grouped']} 个值带千分位逗号",))
    if seen.padded and not scale:
        return Inferred("text")
    if seen.scale or "negative" in seen.forms or "grouped" in seen.forms:
        return _with_scale(number, known)
    if natives == {"number"} and seen.whole <= 15:
        return _with_scale(replace(number, certain=False), known)
    if known is not None and known.kind == "decimal":
        return _with_scale(replace(number, certain=False), known)
    return Inferred("text", certain=known is not None)


def _with_scale(number: Inferred, known: Hint | None) -> Inferred:
    """The known scale where the values need no more; a whole number says nothing about its decimals."""
    if known is None or known.kind != "decimal" or known.scale is None or (number.scale or 0) > known.scale:
        return number
    return replace(number, precision=known.precision, scale=known.scale)


def _serial(seen: Observed) -> bool:
    if not seen.only("digits", "decimal") or len(seen.low) > 20 or len(seen.high) > 20:
        return False
    return SERIALS[0] <= Decimal(seen.low) and Decimal(seen.high) <= SERIALS[1]


def _text(seen: Observed, known: Hint | None) -> Inferred:
    remarks = []
    if "full_width" in seen.forms:
        remarks.append(f"{seen.forms['full_width']} 个值含全角数字")
    if known is not None and known.kind != "text":
        what = {"decimal": "数值", "date": "日期", "datetime": "日期时间"}[known.kind]
        remarks.append(f"应为{what}，但有不少值不是，按文本")
    return Inferred("text", certain=True, remarks=tuple(remarks))

"""What is wrong with a text that should have been a date, a time or a number, and how it should look, in Chinese."""

import re
from calendar import monthrange
from collections.abc import Callable

_LOOKS = {
    "日期": "2024-01-31",
    "时间": "2024-01-31 08:30:00",
    "整数": "12",
    "数": "1234.50",
}
_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})(?:\D.*)?|(\d{4})(\d{2})(\d{2})(?:\D.*)?")
_GARBLED = re.compile("[\ufffd\u0080-\u009f]|锟斤|斤拷|烫烫|屯屯|[\u00c0-\u00ff]{2}")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def explain(value: str, kind: str) -> str:
    """One sentence: what is wrong with the text, and an example of what should stand there.

    Args:
        value: the text as the source gave it.
        kind: the wanted type: 日期, 时间, 整数, 金额 or 数量, or its name in Arrow or SQL (`date32[day]`, `TIMESTAMP`,
            `BIGINT`, `DECIMAL(16,2)`).
    """
    wanted = _kind(kind)
    dated = wanted in ("日期", "时间")
    tests = [*_FOR_ALL, *(_FOR_DATES if dated else _FOR_NUMBERS)]
    sentence = next((words for found, words in tests if found(value)), "")
    sentence = sentence or (_impossible(value) if dated else _too_long(value, kind)) or f"不是{wanted}"
    return f"{sentence}；应写成 {_LOOKS[wanted]} 这样的{wanted}"


def _kind(kind: str) -> str:
    name = kind.lower()
    if name.startswith(("timestamp", "datetime", "时间")):
        return "时间"
    if name.startswith(("date", "日期")):
        return "日期"
    return "整数" if name.startswith(("int", "bigint", "整数")) else "数"


def _too_long(value: str, kind: str) -> str:
    """What is wrong with a plain number: more digits than the column takes."""
    match = re.fullmatch(r"[+-]?\d+(?:\.(\d+))?", value)
    if match is None:
        return ""
    scale = re.search(r",\s*(\d+)\)", kind)
    places = int(scale[1]) if scale else 0
    if len(match[1] or "") > places:
        return f"小数超过 {places} 位" if places else "带了小数"
    return "位数太多"


def _full_width(value: str) -> bool:
    return any("\uff01" <= one <= "\uff5e" for one in value)


def _impossible(value: str) -> str:
    match = _DATE.fullmatch(value.strip())
    if match is None:
        return ""
    year, month, day = (int(one) for one in match.groups() if one)
    if year == month == day == 0:
        return "是全零的空日期，没有日期时应留空"
    if year == 0 or not 1 <= month <= 12:
        return f"没有 {month} 月" if year else "没有公元 0 年"
    if not 1 <= day <= monthrange(year, month)[1]:
        return f"{year} 年 {month} 月没有 {day} 日"
    return "日期的写法不合规定" if not re.match(r"\d{4}-\d\d-\d\d", value) else "日期后面的时间读不出"


_FOR_ALL: list[tuple[Callable[[str], object], str]] = [
    (lambda text: not text.strip(), "只有空格，没有值时应留空"),
    (_GARBLED.search, "是乱码"),
    (lambda text: text.strip().lower() in ("null", "none", "nan", "n/a", "na", "无", "-", "—"), "没有值时应留空"),
    (_full_width, "用了全角字符"),
    (lambda text: text != text.strip(), "前后有空格"),
    (re.compile(r"[+-]?\d+(\.\d+)?[Ee][+-]?\d+").fullmatch, "是科学计数法，位数可能已经丢了"),
]
_FOR_NUMBERS: list[tuple[Callable[[str], object], str]] = [
    (re.compile(r"[¥￥$元圆块]|万|亿").search, "带了货币或单位的字样"),
    (_GROUPED.fullmatch, "带了千位逗号"),
    (re.compile(r"[+-]?\d+,\d+").fullmatch, "小数点写成了逗号"),
    (re.compile(r"(?=.*\d)[\dOoIl.]*[OoIl][\dOoIl.]*").fullmatch, "字母 O、l 被当成了数字 0、1"),
    (re.compile(r"[零一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]+").fullmatch, "写成了汉字"),
    (re.compile(r"\d+(\.\d+)?%").fullmatch, "带了百分号"),
    (re.compile(r"\d+(\.\d+)?\D+").fullmatch, "数字后面带了单位"),
    (re.compile(r"[+-]?\d*\.\d*\..*").fullmatch, "有不止一个小数点"),
]
_FOR_DATES: list[tuple[Callable[[str], object], str]] = [
    (re.compile(r"[0-9.-]*[OoIl][0-9OoIl.-]*").fullmatch, "字母 O、l 被当成了数字 0、1"),
    (re.compile(r"\d{5}(\.\d+)?").fullmatch, "是电子表格里的日期序号"),
    (re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*").fullmatch, "年份写在了后面"),
    (re.compile(r"\d{2}[-/.]\d{1,2}[-/.]\d{1,2}").fullmatch, "年份只写了两位"),
    (re.compile(r"\d{4}[-/.年]?\d{1,2}月?").fullmatch, "只有年月，没有日"),
]

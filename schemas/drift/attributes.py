"""What differs between a column and its partner: name, type, width, need, codes, labels."""

from collections.abc import Iterator

from schemas.drift.codes import told
from schemas.drift.columns import ColumnPair
from schemas.drift.kinds import difference
from schemas.drift.records import Difference
from schemas.format import FormatColumn
from schemas.profile import ColumnProfile
from schemas.words import plain

FAMILIES = {"text": "文本", "decimal": "数值", "date": "日期", "datetime": "日期"}
NEEDS = {"no": 0, "when": 1, "always": 2}
PATTERN_WORDS = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss"}


def column_differences(
    pair: ColumnPair, old: ColumnProfile | None = None, new: ColumnProfile | None = None
) -> Iterator[Difference]:
    """Every difference between the two sides of a pair; the profiles only serve to judge widths."""
    yield from _name(pair)
    yield from _type(pair)
    if pair.old.kind == pair.new.kind == "text":
        yield from _width(pair.old, pair.new, old.longest if old else 0, new.longest if new else 0)
    if pair.old.kind == pair.new.kind == "decimal":
        yield from _digits(pair.old, pair.new)
    yield from _need(pair.old, pair.new)
    yield from _codes(pair)
    yield from _marks(pair.old, pair.new)


def type_words(column: FormatColumn) -> str:
    """The type of a column as users read it: 文本(100), 数值(16,2), 日期 YYYY-MM-DD."""
    if column.kind == "text":
        return f"文本({column.length})" if column.length else "文本"
    if column.kind == "decimal":
        return f"数值({column.precision},{column.scale or 0})" if column.precision else "数值"
    return f"{'日期' if column.kind == 'date' else '日期时间'} {_pattern_words(column.pattern)}".rstrip()


def _pattern_words(pattern: str) -> str:
    for sign, words in PATTERN_WORDS.items():
        pattern = pattern.replace(sign, words)
    return pattern


def named(column: FormatColumn) -> str:
    """A column with its label, where that says more than the name."""
    return column.name if column.label in ("", column.name) else f"{column.name} {column.label}"


def _name(pair: ColumnPair) -> Iterator[Difference]:
    a, b = pair.old, pair.new
    names = {"old": named(a), "new": named(b)}
    if a.name != b.name and a.name.casefold() == b.name.casefold():
        yield difference("name_case", a.table, a.name, f"本年写作 {b.name}。", **names)
    elif a.name != b.name:
        reason = f"本年的列名为 {b.name}，内容应与上年相同，请客户确认。"
        yield difference("column_renamed", a.table, a.name, reason, **names, evidence=pair.evidence)
    elif a.field != b.field:
        reason = f"写入文件表头的名称由 {a.field} 变为 {b.field}。"
        yield difference("header_changed", a.table, a.name, reason, old=a.field, new=b.field)
    if a.std_field and b.std_field and a.std_field != b.std_field:
        reason = "对应的标准字段变了，内容的含义可能与上年不同。"
        yield difference("meaning_changed", a.table, a.name, reason, old=a.std_field, new=b.std_field)


def _type(pair: ColumnPair) -> Iterator[Difference]:
    a, b = pair.old, pair.new
    words = {"old": type_words(a), "new": type_words(b)}
    if FAMILIES[a.kind] != FAMILIES[b.kind]:
        reason = f"类型由{FAMILIES[a.kind]}变为{FAMILIES[b.kind]}。"
        yield difference("type_changed", a.table, a.name, reason, **words)
    elif a.kind != b.kind:
        reason = "由日期变为日期时间。" if a.kind == "date" else "由日期时间变为日期，不再有时刻。"
        yield difference("time_changed", a.table, a.name, reason, **words)
    elif a.pattern != b.pattern:
        reason = f"日期的写法由 {_pattern_words(a.pattern)} 变为 {_pattern_words(b.pattern)}。"
        yield difference("pattern_changed", a.table, a.name, reason, **words)


def _width(a: FormatColumn, b: FormatColumn, before: int, now: int) -> Iterator[Difference]:
    words = {"old": type_words(a), "new": type_words(b)}
    longest = max(before, now)
    as_before = a.length == b.length and before > (a.length or before)
    if b.length and longest > b.length and not as_before:
        side = "本年" if now >= before else "上年"
        reason = f"{side}实际内容最长 {longest} 个字符，超过规定的宽度 {b.length}，装载时会被截断或拒绝。"
        yield difference("width_truncates", a.table, a.name, reason, **words)
    elif _less(b.length, a.length):
        yield difference("width_narrower", a.table, a.name, "宽度小于上年。", **words)
    elif _less(a.length, b.length):
        yield difference("width_wider", a.table, a.name, "宽度大于上年。", **words)


def _less(one: int | None, other: int | None) -> bool:
    """Whether a limit is tighter than another; None is no limit."""
    return one is not None and (other is None or one < other)


def _digits(a: FormatColumn, b: FormatColumn) -> Iterator[Difference]:
    words = {"old": type_words(a), "new": type_words(b)}
    if a.scale != b.scale:
        reason = f"小数位数由 {a.scale or 0} 变为 {b.scale or 0}。"
        yield difference("scale_changed", a.table, a.name, reason, **words)
    if _less(b.precision, a.precision):
        yield difference("precision_narrower", a.table, a.name, "数值的总位数小于上年。", **words)
    elif _less(a.precision, b.precision):
        yield difference("precision_wider", a.table, a.name, "数值的总位数大于上年。", **words)


def _need_words(column: FormatColumn) -> str:
    if column.required == "when":
        return f"条件必填（{column.condition_words}）" if column.condition_words else "条件必填"
    return "必填" if column.required == "always" else "选填"


def _need(a: FormatColumn, b: FormatColumn) -> Iterator[Difference]:
    words = {"old": _need_words(a), "new": _need_words(b)}
    step = NEEDS.get(b.required, 0) - NEEDS.get(a.required, 0)
    reason = f"由{words['old']}变为{words['new']}。"
    if step:
        yield difference("became_mandatory" if step > 0 else "became_optional", a.table, a.name, reason, **words)
    elif (a.condition and a.condition.text) != (b.condition and b.condition.text):
        yield difference("condition_changed", a.table, a.name, reason, **words)


def _codes(pair: ColumnPair) -> Iterator[Difference]:
    a, b = pair.old, pair.new
    words = {"old": _list_words(a, pair), "new": _list_words(b, pair)}
    closed = bool(a.codes) and not a.codes_open, bool(b.codes) and not b.codes_open
    if closed[0] != closed[1]:
        reason = "上年代码表不允许表外值，本年允许。" if closed[0] else "上年允许代码表以外的值，本年不允许。"
        yield difference("list_closed_changed", a.table, a.name, reason, **words)
    if not a.codes or not b.codes:
        if bool(a.codes) != bool(b.codes) and closed[0] == closed[1]:
            reason = "本年列出了参考值。" if b.codes else "本年不再列出参考值。"
            yield difference("code_hints_changed", a.table, a.name, reason, **words)
        return
    if gone := [code for code in a.codes if code not in b.codes]:
        yield difference("code_removed", a.table, a.name, f"代码表去掉了：{told(gone, a, pair)}。", **words)
    if fresh := [code for code in b.codes if code not in a.codes]:
        kind = "code_added_closed" if closed[0] else "code_added"
        yield difference(kind, a.table, a.name, f"代码表增加了：{told(fresh, b, pair)}。", **words)


def _list_words(column: FormatColumn, pair: ColumnPair) -> str:
    if not column.codes:
        return "不限"
    return f"{told(column.codes, column, pair)}（{'开放' if column.codes_open else '封闭'}）"


def _marks(a: FormatColumn, b: FormatColumn) -> Iterator[Difference]:
    if a.key != b.key:
        marks = {"old": "主键" if a.key else "非主键", "new": "主键" if b.key else "非主键"}
        yield difference("key_changed", a.table, a.name, f"主键标记由{marks['old']}变为{marks['new']}。", **marks)
    if a.label != b.label and plain(a.name) == plain(b.name):
        yield difference("label_changed", a.table, a.name, "中文名称不同。", old=a.label, new=b.label)
    if a.note != b.note:
        yield difference("note_changed", a.table, a.name, "说明不同。", old=a.note, new=b.note)

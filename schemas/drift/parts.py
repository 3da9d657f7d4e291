"""One column that became two, or two that became one: found only where there is evidence for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, takewhile

from schemas.format import FormatColumn
from schemas.profile import CLOCK, ColumnProfile, TableProfile
from schemas.words import plain

JOINTS = ("", "及", "与", "和", "and")
ENDINGS = (
    ({"编码", "代码", "编号", "id", "code"}, {"名称", "name"}),
    ({"日期", "date"}, {"时间", "time"}),
)


@dataclass(frozen=True)
class Parts:
    """A column and the two that it consists of on the other side; `evidence` is Chinese."""

    whole: FormatColumn
    first: FormatColumn
    second: FormatColumn
    evidence: str


@dataclass(frozen=True)
class Side:
    """One side of the search: the columns that found no partner, all columns of the table, and its data."""

    left: Sequence[FormatColumn]
    all: Sequence[FormatColumn]
    profile: TableProfile | None


def find_parts(whole: Side, part: Side) -> list[Parts]:
    """Columns of `whole` without a partner that two columns of `part` without a partner replace.

    A column with several candidate pairs stays unexplained.
    """
    found: list[Parts] = []
    used: set[int] = set()
    for column in whole.left:
        free = [one for one in part.left if id(one) not in used]
        candidates = [
            Parts(column, first, second, evidence)
            for first, second in combinations(free, 2)
            if (evidence := _evidence(column, first, second, whole, part))
        ]
        if len(candidates) == 1:
            found += candidates
            used |= {id(candidates[0].first), id(candidates[0].second)}
    return found


def _evidence(column: FormatColumn, first: FormatColumn, second: FormatColumn, whole: Side, part: Side) -> str:
    facts = []
    if _same_field(column, first, second, whole, part):
        facts.append(f"标准字段相同（{column.std_field}）")
    if _composed(plain(column.label), plain(first.label), plain(second.label)):
        facts.append(f"中文名称可以拼合（{first.label} + {second.label} = {column.label}）")
    if _composed(plain(column.name), plain(first.name), plain(second.name)):
        facts.append(f"列名可以拼合（{first.name} + {second.name} = {column.name}）")
    return "；".join(facts + _data(column, first, second, whole.profile, part.profile))


def _same_field(column: FormatColumn, first: FormatColumn, second: FormatColumn, whole: Side, part: Side) -> bool:
    field = column.std_field
    return (
        bool(field)
        and first.std_field == second.std_field == field
        and sum(one.std_field == field for one in whole.all) == 1
        and sum(one.std_field == field for one in part.all) == 2
    )


def _composed(whole: str, first: str, second: str) -> bool:
    """Whether a name is two names put together, their common beginning said once."""
    start = "".join(one for one, _ in takewhile(lambda both: both[0] == both[1], zip(first, second, strict=False)))
    ends = first[len(start) :], second[len(start) :]
    if not all(ends):
        return False
    for one, other in (ends, ends[::-1]):
        if any(whole in (start + one + joint + other, start + one + joint + start + other) for joint in JOINTS):
            return True
        if whole == start and any(one in left and other in right for left, right in ENDINGS):
            return True
    return False


def _data(
    column: FormatColumn,
    first: FormatColumn,
    second: FormatColumn,
    whole: TableProfile | None,
    part: TableProfile | None,
) -> list[str]:
    """What the data say: moments on one side, days and clock times on the other, and no other days than those."""
    if whole is None or part is None:
        return []
    one = whole.column(column.name)
    halves = part.column(first.name), part.column(second.name)
    if one is None or halves[0] is None or halves[1] is None or not _is_moment(one.form):
        return []
    for day, clock in ((halves[0], halves[1]), (halves[1], halves[0])):
        if _is_day(day.form) and clock.form == CLOCK:
            return _days_agree(one, day)
    return []


def _is_moment(form: str) -> bool:
    return form.startswith("%") and "%H" in form


def _is_day(form: str) -> bool:
    return form.startswith("%") and "%H" not in form


def _days_agree(moment: ColumnProfile, day: ColumnProfile) -> list[str]:
    """The forms are evidence of their own where extremes are not kept; days that differ refute it."""
    facts = ["值的形态可以拼合（日期时间 = 日期 + 时刻）"]
    if not moment.low or not day.low:
        return facts
    if _days(moment) != _days(day):
        return []
    spans = f"{moment.low[:10]} 至 {moment.high[:10]}，{day.low[:10]} 至 {day.high[:10]}"
    return [*facts, f"最早与最晚的日期相符（{spans}）"]


def _days(column: ColumnProfile) -> tuple[str, str]:
    """Month and day of the first and the last day: the years differ between two deliveries."""
    return column.low[5:10], column.high[5:10]

"""Written answers of a hospital to findings, and what they change about the results.

An answer holds for one finding and until a day; `reference/answers.toml` lists the answers there are. Every answer
has one fate, and none is passed over in silence.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from schemas.errors import SettingsError
from schemas.finding import finding_keys, joined, seen_of
from schemas.reference import REFERENCE, read_toml
from schemas.result import CheckResult, Outcome

OPEN = (Outcome.FAILED, Outcome.WARNED)


@dataclass(frozen=True)
class Vocabulary:
    """The answers in their order: word -> whether it waives; `meanings` in Chinese; `months` an answer holds."""

    words: dict[str, bool]
    meanings: dict[str, str]
    months: int


@cache
def load_vocabulary() -> Vocabulary:
    """The answers of `reference/answers.toml`.

    Raises:
        SettingsError: a record is not whole, or the months are no whole number.
    """
    content = read_toml(REFERENCE / "answers.toml")
    records, months = content.get("answer", []), content.get("valid_months")
    whole = all(set(record) == {"word", "waives", "meaning"} for record in records)
    if not records or not whole or not isinstance(months, int) or months < 1:
        raise SettingsError(
            "reference/answers.toml 应写 valid_months（月数），每个 [[answer]] 写 word、waives、meaning。"
        )
    return Vocabulary(
        {record["word"]: record["waives"] for record in records},
        {record["word"]: record["meaning"] for record in records},
        months,
    )


@dataclass(frozen=True)
class Waiver:
    """One answer as it was written.

    `key` is that of the finding (rule, table, row, column). An answer to a rule's own line has no row: `about` then
    says what stood there (`own_line`), `seen` what value a row showed (`seen_of`); it holds for nothing else. `on` and
    `until` are days, both included;
    `place` says in Chinese where it stands in the answers file.
    """

    key: tuple[str, str, str, str]
    answer: str
    remark: str = ""
    name: str = ""
    on: date | None = None
    until: date | None = None
    about: str = ""
    place: str = ""
    seen: str = ""


class Fate(StrEnum):
    """What became of an answer."""

    USED = "已采用"
    MENDED = "已修改，这一行已经消失"
    STILL = "写了“已修改”，但这一行仍在"
    EXPIRED = "有效期已过，没有采用"
    GONE = "对应的行或规则已经不在，没有采用"
    UNLISTED = "规则的行没有列全，不能确定这一行还在不在，没有采用"
    UNCHECKED = "这条规则这次没有核对，没有采用"
    CHANGED = "情况与作答时不同（现值、行数或说明变了），没有采用"
    REFUSED = "这条规则必须改正，不接受书面说明"


class Written(NamedTuple):
    """Answers that were used and say the same: `rows` lines of a rule, for the acceptance report."""

    rule: str
    title: str
    rows: int
    answer: str
    remark: str
    name: str
    on: date
    until: date


@dataclass(frozen=True)
class Applied:
    """Results after the answers.

    `results` in the order in which they were `given`; `fates` the fate of each answer, in their order; `rows` gives
    for each finding the place of the answer that was used for it, or null; `own` the same for the rules' own lines,
    by rule id.
    """

    given: tuple[CheckResult, ...]
    results: tuple[CheckResult, ...]
    waivers: tuple[Waiver, ...]
    fates: tuple[Fate, ...]
    rows: pa.Array
    own: dict[str, int]
    written: tuple[Written, ...]

    def told(self) -> list[tuple[Fate, Waiver]]:
        """The answers that were not simply used, or that said "mended" of a row that is gone."""
        pairs = zip(self.fates, self.waivers, strict=True)
        return [(fate, waiver) for fate, waiver in pairs if fate not in (Fate.USED, Fate.MENDED)]


def own_line(result: CheckResult, listed: int) -> str:
    """What the rule's own line stands for: its failing rows that have no line of their own; empty when all have one.

    With no row listed at all it is what the result says, so that an answer does not hold for another statement.
    """
    if result.outcome not in OPEN:
        return ""
    if not listed:
        return f"{result.failing}:{hashlib.sha256(result.reason.encode()).hexdigest()[:12]}"
    return str(result.failing - listed) if result.failing > listed else ""


def lines(result: CheckResult, listed: int) -> int:
    """How many lines an open result asks to be looked at; one without rows is one."""
    return max(result.failing, listed) if listed else 1


def count_listed(findings: pa.Table) -> dict[str, int]:
    """How many findings there are of each rule."""
    return {one["values"]: one["counts"] for one in pc.value_counts(findings["rule"]).to_pylist()}


def apply(results: Sequence[CheckResult], findings: pa.Table, waivers: Sequence[Waiver], day: date) -> Applied:
    """Hold the answers against the findings of a run, made on `day`.

    A failing rule whose every failing row has an answer becomes a warning and no longer stands in the way; with some
    answered it goes on failing and says how many.

    Args:
        results: results with the ids that the answers name.
        findings: layout `FINDINGS`.
        waivers: the answers, each key once.
        day: answers that ended before it are not used.
    """
    listed = count_listed(findings)
    known = {result.id: result for result in results}
    keys = finding_keys(findings)
    names = pa.array([joined(waiver.key) for waiver in waivers], pa.string())
    there = pc.is_in(names, value_set=keys).to_pylist() if waivers else []
    shown = _shown(findings, keys, waivers)
    fates = tuple(
        _fate(waiver, known, listed, found, day, not waiver.seen or (joined(waiver.key), waiver.seen) in shown)
        for waiver, found in zip(waivers, there, strict=True)
    )
    used = [place for place, fate in enumerate(fates) if fate is Fate.USED]
    own = {waivers[place].key[0]: place for place in used if waivers[place].about}
    by_row = [place for place in used if not waivers[place].about]
    hit = pc.index_in(keys, value_set=names.take(pa.array(by_row, pa.int64())))
    rows = pa.array(by_row, pa.int64()).take(hit)
    answered = count_listed(findings.filter(pc.is_valid(rows)))
    after = tuple(_after(one, listed.get(one.id, 0), answered.get(one.id, 0), one.id in own) for one in results)
    return Applied(tuple(results), after, tuple(waivers), fates, rows, own, _written(known, listed, waivers, rows, own))


def stamp_of(org: str, first: date, last: date, form: str) -> str:
    """A short mark of what a workbook is about: answers of another hospital, period or format are refused."""
    return hashlib.sha256(f"{org}|{first}|{last}|{form}".encode()).hexdigest()[:10]


def _shown(findings: pa.Table, keys: pa.Array, waivers: Sequence[Waiver]) -> set[tuple[str, str]]:
    """Key and mark of what each answered finding shows now."""
    wanted = pa.array(sorted({joined(waiver.key) for waiver in waivers if waiver.seen}), pa.string())
    there = pc.is_in(keys, value_set=wanted)
    answered = findings.filter(there)
    columns = (keys.filter(there).to_pylist(), answered["value"].to_pylist(), answered["expected"].to_pylist())
    return {(key, seen_of(value, expected)) for key, value, expected in zip(*columns, strict=True)}


def _fate(
    waiver: Waiver, known: dict[str, CheckResult], listed: dict[str, int], found: bool, day: date, same: bool
) -> Fate:
    result = known.get(waiver.key[0])
    line = own_line(result, listed.get(result.id, 0)) if result else ""
    if result is None or result.outcome not in OPEN or not (line if waiver.about else found):
        return _missing(waiver, result, line)
    if not load_vocabulary().words[waiver.answer]:
        return Fate.STILL
    if (waiver.about and waiver.about != line) or not same:
        return Fate.CHANGED
    if not result.waivable:
        return Fate.REFUSED
    if waiver.until is None or waiver.until < day:
        return Fate.EXPIRED
    return Fate.USED


def _missing(waiver: Waiver, result: CheckResult | None, line: str) -> Fate:
    """The fate of an answer to what is not among the findings."""
    if result is not None and result.outcome is Outcome.NOT_VERIFIED:
        return Fate.UNCHECKED
    if line and not waiver.about:
        return Fate.UNLISTED
    return Fate.GONE if load_vocabulary().words[waiver.answer] else Fate.MENDED


def _after(result: CheckResult, listed: int, answered: int, own: bool) -> CheckResult:
    waived = answered + (lines(result, listed) - listed if own else 0)
    if not answered and not own:
        return result
    if answered < listed or (own_line(result, listed) and not own):
        return replace(result, waived=waived, reason=_also(result.reason, f"其中 {waived} 行有书面说明"))
    said = f"{waived} 行均有书面说明" if listed else "已有书面说明"
    return replace(
        result, waived=waived, outcome=Outcome.WARNED, reason=_also(f"{said}（签名、日期、有效期）", result.reason)
    )


def _also(first: str, second: str) -> str:
    return "；".join(filter(None, (first.rstrip("。"), second)))


def _written(
    known: dict[str, CheckResult],
    listed: dict[str, int],
    waivers: Sequence[Waiver],
    rows: pa.Array,
    own: dict[str, int],
) -> tuple[Written, ...]:
    """The answers used, those that say the same of a rule together, in the order of rules and answers."""
    counts: Counter[Written] = Counter()
    for place, count in _uses(known, listed, rows, own):
        waiver = waivers[place]
        rule = waiver.key[0]
        assert waiver.on is not None
        assert waiver.until is not None
        alike = Written(rule, known[rule].title, 0, waiver.answer, waiver.remark, waiver.name, waiver.on, waiver.until)
        counts[alike] += count
    return tuple(sorted(alike._replace(rows=count) for alike, count in counts.items()))


def _uses(
    known: dict[str, CheckResult], listed: dict[str, int], rows: pa.Array, own: dict[str, int]
) -> Iterable[tuple[int, int]]:
    """Each used answer with the number of rows it speaks for; a result without rows counts as one."""
    for one in pc.value_counts(rows.drop_null()).to_pylist():
        yield one["values"], one["counts"]
    for rule, place in own.items():
        yield place, lines(known[rule], listed.get(rule, 0)) - listed.get(rule, 0)

"""The report as Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence

from exports.drift_report.content import HEAD, MEANING, SHOWN, SIGNING, facts, printable, rules, same_tables, sections
from schemas.drift.records import Drift

_SIGNS = re.compile(r"([\\`*\[\]<>|])")


def markdown(drift: Drift, title: str) -> str:
    """The whole report; no clock time, so the same comparison gives the same text."""
    return "\n".join(_lines(drift, title)) + "\n"


def _lines(drift: Drift, title: str) -> Iterator[str]:
    yield from (f"# {_escaped(title)}", "", f"**{_escaped(drift.sentence)}**", "")
    yield from (f"- {name}：{_escaped(text)}" for name, text in facts(drift))
    yield ""
    counted = sections(drift)
    yield from _table(
        ("级别", "处数", "其中已签认", "含义"),
        ((one.level, str(len(one.rows)), str(one.signed), MEANING[one.level]) for one in counted),
    )
    for one in counted:
        if one.rows:
            yield from (f"## {one.level}（{len(one.rows)} 处）", "")
            yield from _table(HEAD, one.rows)
    if same := same_tables(drift):
        yield from (f"## 完全一致的表（{len(same)} 张）", "")
        yield from _table(("表", "名称", "列数"), same)
    yield from ("## 判定标准", "")
    for level in SHOWN:
        yield f"- **{level}**：{MEANING[level]}"
        yield from (f"  - {title}：{_escaped(rule)}" for own, title, rule in rules(drift) if own is level)
    yield ""
    yield from ("## 签认", "")
    for names in SIGNING:
        yield from _table(names, [(" ",) * len(names)])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(_escaped(cell) for cell in row) + " |"
    yield ""


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", printable(text))

"""clerk: hold the hospital's answers against the findings, and leave the workbook in which it answers next.

`local/findings.xlsx` is for the hospital, `local/findings.parquet` for analysts, `local/summary.json` for the
command. None of them may leave the house.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from exports.findings_workbook.layout import Weight
from exports.findings_workbook.lines import Book, cuts, share
from exports.findings_workbook.write import write_findings
from flows.job import Job
from schemas.comparison import PastRule, past_rules
from schemas.finding import FINDINGS
from schemas.result import CheckResult
from schemas.rule import WHO
from schemas.waiver import Applied, Fate, apply

NAME = "findings"
SUMMARY = "summary.json"
TOLD = 10


def gather(files: Sequence[Path]) -> pa.Table:
    """The findings that the stages left, in their order; a stage without a findings file has none."""
    tables = [pq.read_table(path, schema=FINDINGS) for path in files if path.is_file()]
    return pa.concat_tables([FINDINGS.empty_table(), *tables])


def answer(job: Job, results: Sequence[CheckResult], findings: pa.Table) -> Applied:
    """The results after the answers that came with the job."""
    return apply(results, findings, job.answers.waivers if job.answers else (), job.day)


@dataclass(frozen=True)
class Summary:
    """What the command says of the findings.

    `people` -> rules, lines, lines by weight; `against` the run compared with (None: there was none) and the lines
    by state; `answers` what became of the answers (None: none were given); `rules` those that did not pass.
    """

    verdict: str
    people: dict[str, dict[str, Any]]
    against: dict[str, Any] | None
    answers: dict[str, Any] | None
    cuts: tuple[str, ...]
    rules: dict[str, PastRule]

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Summary":
        """The summary back from JSON."""
        rules = {name: PastRule(**one) for name, one in record["rules"].items()}
        return cls(**{**record, "cuts": tuple(record["cuts"]), "rules": rules})

    def lines(self, workbook: Path) -> list[str]:
        """For a Chinese reader: who has how much to do, where the workbook lies, what became of the answers."""
        return [*self._people(), *self._against(), *self._answers(), f"院内核对工作簿：{workbook}"]

    def _people(self) -> Iterator[str]:
        waiting = {who: one for who, one in self.people.items() if one["places"]}
        yield "各科室待处理：" if waiting else "各科室都没有待处理的行。"
        for who, one in waiting.items():
            weights = "，".join(f"{name} {one[name]}" for name in list(Weight)[:3] if one[name])
            yield f"  {who}　{one['rules']} 条规则，{one['places']} 行（{weights}）"
        yield from (f"  没有列全：{text}" for text in self.cuts)

    def _against(self) -> Iterator[str]:
        if self.against is None:
            yield "与上次比较：同一期间、同一格式没有上一次运行。"
            return
        states = "，".join(f"{name} {count}" for name, count in self.against["states"].items())
        yield f"与上次比较（{self.against['day']}，运行 {self.against['run']}）：{states}。"
        if self.against["counted"]:
            yield f"  只比总数（行没有列全）：{'；'.join(self.against['counted'])}。"
        if self.against["unchecked"]:
            yield f"  上次有问题、这次没有核对：{'、'.join(self.against['unchecked'])}。"

    def _answers(self) -> Iterator[str]:
        if self.answers is None:
            return
        yield f"院内答复：采用 {self.answers['used']} 条；已修改并已消失 {self.answers['mended']} 条。"
        for fate, places in self.answers["told"].items():
            yield f"  {fate}：{len(places)} 条（{_some(places)}）"
        if self.answers["unfinished"]:
            yield f"  写了说明但没有选处理结果，没有采用：{_some(self.answers['unfinished'])}"


def _some(texts: Sequence[str]) -> str:
    more = f" 等 {len(texts)} 处" if len(texts) > TOLD else ""
    return "、".join(texts[:TOLD]) + more


def leave(job: Job, book: Book, local: Path) -> Summary:
    """Write the workbook, the findings and the summary into `local`."""
    local.mkdir(exist_ok=True)
    write_findings(book, local / f"{NAME}.xlsx")
    pq.write_table(book.findings, local / f"{NAME}.parquet")
    summary = summarise(job, book)
    text = json.dumps(summary.to_json(), ensure_ascii=False, indent=1) + "\n"
    (local / SUMMARY).write_text(text, encoding="utf-8", newline="\n")
    return summary


def load_summary(local: Path) -> Summary:
    """The summary that `leave` wrote."""
    return Summary.from_json(json.loads((local / SUMMARY).read_text(encoding="utf-8")))


def summarise(job: Job, book: Book) -> Summary:
    """Count what the workbook says."""
    shares = {who: share(book, who) for who in WHO}
    past = book.comparison
    states = {state: sum(one.states[state] for one in shares.values()) for state in ("新增", "仍在", "只比总数")}
    states["已解决"] = sum(one.solved for one in shares.values())
    counted = [f"{one.rule} 上次 {one.before} 行，本次 {one.now} 行" for one in past.counted]
    against = {"run": past.run, "day": past.day, "states": states, "counted": counted, "unchecked": past.unchecked}
    return Summary(
        book.sentence,
        {who: {"rules": one.rules, "places": one.places, **one.weights} for who, one in shares.items()},
        against if past.run else None,
        _answers(job, book.applied),
        tuple(cuts(book)),
        past_rules(book.applied.results, book.findings),
    )


def _answers(job: Job, applied: Applied) -> dict[str, Any] | None:
    if job.answers is None:
        return None
    told: dict[str, list[str]] = {}
    for fate, waiver in applied.told():
        told.setdefault(fate, []).append(f"{waiver.place}（{waiver.key[0]}）")
    return {
        "file": job.answers.file,
        "sha256": job.answers.sha256,
        "used": applied.fates.count(Fate.USED),
        "mended": applied.fates.count(Fate.MENDED),
        "told": told,
        "unfinished": job.answers.unfinished,
    }

"""Hold the papers of a package against the package: every number in them, read back from the documents."""

from pathlib import Path
from typing import Any

from exports.papers.content import EDITION, Paper
from exports.papers.dictionary import dictionary_paper
from exports.papers.facts import Handover
from exports.papers.handover import handover_paper
from exports.papers.package_facts import told
from exports.papers.reading import differences, read_paper
from exports.papers.write import PAPERS
from schemas.errors import FeijianError
from schemas.result import CheckResult, Outcome

_IDS = ("paper_handover", "paper_dictionary")
_SHOWN = 5


def check_papers(manifest: dict[str, Any], deliver: Path) -> list[CheckResult]:
    """Whether the papers say what manifest, format and acceptance report say; one result for each paper.

    What only people know (receiver, medium, dates) is not compared. A package without papers, made before there were
    any, is not applicable; papers whose wording is of another edition are not verified.
    """
    listed = {record["path"] for record in manifest["feijian:files"]}
    if not any(name in listed or (deliver / name).exists() for name in PAPERS):
        reason = "导出包中没有交接材料"
        return [_result(*pair, Outcome.NOT_APPLICABLE, (), reason) for pair in zip(_IDS, PAPERS, strict=True)]
    try:
        package = told(manifest, deliver, PAPERS)
    except FeijianError as error:
        return [_result(*pair, Outcome.FAILED, (str(error),)) for pair in zip(_IDS, PAPERS, strict=True)]
    papers = (handover_paper(package, Handover()), dictionary_paper(package))
    return [_check(*pair, deliver) for pair in zip(_IDS, papers, strict=True)]


def _check(identifier: str, paper: Paper, deliver: Path) -> CheckResult:
    total = sum(fact.proven for fact in paper.facts) + sum(len(one.rows) for one in paper.tables)
    try:
        reading = read_paper(deliver / paper.file)
    except FeijianError as error:
        return _result(identifier, paper.file, Outcome.FAILED, (str(error),), total=total)
    if reading.edition not in ("", EDITION):
        reason = f"{paper.file} 由另一版程序写成（文字第 {reading.edition} 版），没有逐项核对；文件本身是否改动见校验和"
        return _result(identifier, paper.file, Outcome.NOT_VERIFIED, (), reason, total)
    wrong = tuple(differences(paper, reading, proven_only=True))
    return _result(identifier, paper.file, Outcome.FAILED if wrong else Outcome.PASSED, wrong, total=total)


def _result(
    identifier: str, file: str, outcome: Outcome, wrong: tuple[str, ...], reason: str = "", total: int = 0
) -> CheckResult:
    named = tuple(f"{file}：{one}" for one in wrong)
    told_why = "；".join(named[:_SHOWN]) + ("……" if len(named) > _SHOWN else "")
    return CheckResult(
        identifier,
        f"{file} 中的每个数字与清单一致",
        outcome,
        failing=len(wrong),
        total=total,
        threshold="0",
        reason=told_why or reason,
        sample=named[:_SHOWN],
    )

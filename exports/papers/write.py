"""Write the papers of a package, and read each one back at once."""

from itertools import islice
from pathlib import Path
from typing import Any

from exports.manifest import FILE, read_manifest
from exports.papers.confirmation import confirmation_paper
from exports.papers.content import Paper
from exports.papers.dictionary import NAME as DICTIONARY
from exports.papers.dictionary import dictionary_paper
from exports.papers.facts import PaperFacts
from exports.papers.handover import NAME as HANDOVER
from exports.papers.handover import handover_paper
from exports.papers.package_facts import told
from exports.papers.reading import differences, read_paper
from exports.papers.template import find_template, render
from exports.seal.digests import file_digests
from schemas.errors import PaperError

PAPERS = tuple(f"{name}.docx" for name in (HANDOVER, DICTIONARY))


def write_papers(manifest: dict[str, Any], facts: PaperFacts, deliver: Path) -> tuple[Path, ...]:
    """Write 交接单 and 数据说明 into `deliver`, before the manifest that will list them.

    Args:
        manifest: every other file of the package; with `feijian:version`, `feijian:corrects`, `feijian:merkle` and
            `feijian:sm3` where they are known.
        facts: what the package does not know.
        deliver: the folder of the package; its acceptance report and its format are in it.

    Raises:
        PackageError: the package has no acceptance report.
        PaperError: a template lost a field, or is no template.
    """
    package = told(manifest, deliver, PAPERS)
    papers = (handover_paper(package, facts.handover), dictionary_paper(package))
    return tuple(_write(paper, facts, deliver) for paper in papers)


def write_confirmation(facts: PaperFacts, deliver: Path, local: Path) -> Path:
    """Write 客户服务确认单 into `local`, once the package is sealed: it names the checksum of the manifest.

    Raises:
        PackageError: there is no sealed package in `deliver`.
        PaperError: the template lost a field, or is no template.
    """
    package = told(read_manifest(deliver), deliver, ())
    local.mkdir(parents=True, exist_ok=True)
    return _write(confirmation_paper(package, facts.agreement, file_digests(deliver / FILE).sha256), facts, local)


def _write(paper: Paper, facts: PaperFacts, folder: Path) -> Path:
    """A paper appears whole, and says what it should, or not at all."""
    template = find_template(paper.name, facts.templates)
    aside = folder / f".{paper.file}"
    aside.write_bytes(render(template, paper))
    try:
        wrong = list(islice(differences(paper, read_paper(aside), proven_only=False), 3))
        if wrong:
            raise PaperError(
                f"按模板 {template} 写出的{paper.name}不完整：{'；'.join(wrong)}。"
                "左格的名称和右格的标签要成对保留，表头不能改名（见 reference/papers/README.md）；"
                "改乱了就从 reference/papers 重新复制一份。"
            )
        aside.replace(folder / paper.file)
    finally:
        aside.unlink(missing_ok=True)
    return folder / paper.file

"""`feijian print`: a package's papers as PDF, never inside `deliver`; without LibreOffice it says so."""

import json
import shutil
from pathlib import Path

import pytest

from exports.papers import pdf
from exports.papers.facts import PaperFacts
from exports.papers.write import PAPERS, write_confirmation, write_papers
from exports.seal.digests import file_digests
from flows.cli import main
from tests.papers import write_bare_package

Capture = pytest.CaptureFixture[str]
NAMES = ["交接单.pdf", "客户服务确认单.pdf", "数据说明.pdf"]
OFFICE = """#!/bin/sh
[ "$4 $5" = "pdf --outdir" ] || exit 1
out=$6; shift 6; /bin/mkdir -p "$out"
for paper; do name=${paper##*/}; /bin/cp "$paper" "$out/${name%.docx}.pdf"; done
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with its papers, of which the manifest knows the digests."""
    deliver = tmp_path_factory.mktemp("printed") / "H1_v1" / "deliver"
    manifest = write_bare_package(deliver)
    for paper in write_papers(manifest, PaperFacts(), deliver):
        manifest["feijian:files"].append({"path": paper.name, **file_digests(paper).record()})
    write_confirmation(PaperFacts(), deliver, deliver.parent / "local")
    (deliver / "datapackage.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return deliver.parent


@pytest.fixture
def package(written: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it at a machine where LibreOffice is a script that copies."""
    office = workdir / "bin" / "soffice"
    office.parent.mkdir()
    office.write_text(OFFICE, encoding="utf-8")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", str(office.parent))
    monkeypatch.setattr(pdf, "_PLACES", ())
    shutil.copytree(written, workdir / "H1_v1")
    return workdir / "H1_v1"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("**/*.pdf"))


def test_all_three_papers_go_to_local_unless_told_elsewhere(package: Path, capsys: Capture) -> None:
    assert main(["print", "H1_v1"]) == 0
    assert "打印用的 PDF：" in capsys.readouterr().out
    assert names(package / "local") == NAMES and names(package / "deliver") == []
    assert main(["print", "H1_v1/deliver", "--out", "paper/today", "--json"]) == 0
    assert names(Path("paper")) == NAMES and len(json.loads(capsys.readouterr().out)["files"]) == 3


def test_what_was_delivered_is_printed_without_the_confirmation_that_stays_in_the_house(package: Path) -> None:
    shutil.rmtree(package / "local")
    assert main(["print", "H1_v1", "--out", "paper"]) == 0
    assert names(Path("paper")) == [NAMES[0], NAMES[2]]


@pytest.mark.parametrize("where", ["deliver", "deliver/pdf"])
def test_no_pdf_goes_into_deliver(package: Path, capsys: Capture, where: str) -> None:
    assert main(["print", "H1_v1", "--out", f"H1_v1/{where}"]) == 2
    assert "PDF 不能放在" in capsys.readouterr().err and names(package) == []


def test_without_libreoffice_or_when_it_fails_one_sentence_says_so(package: Path, capsys: Capture) -> None:
    office = Path("bin/soffice")
    office.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    assert main(["print", "H1_v1"]) == 2
    assert "没有转出 PDF" in capsys.readouterr().err
    office.unlink()
    assert main(["print", "H1_v1"]) == 2
    said = capsys.readouterr().err
    assert "没有安装 LibreOffice" in said and said.count("\n") == 1 and names(package) == []


def test_a_paper_that_was_changed_or_is_not_there_is_not_printed(package: Path, capsys: Capture) -> None:
    paper = package / "deliver" / PAPERS[0]
    paper.write_bytes(paper.read_bytes() + b"x")
    assert main(["print", "H1_v1"]) == 2
    assert "交接单.docx 与清单 datapackage.json 不符" in capsys.readouterr().err
    for name in PAPERS:
        (package / "deliver" / name).unlink()
    assert main(["print", "H1_v1"]) == 2
    assert "没有交接材料" in capsys.readouterr().err
    assert main(["print", "nosuch"]) == 2


def test_a_place_that_cannot_be_written_is_told(package: Path, capsys: Capture) -> None:
    Path("file").write_text("x", encoding="utf-8")
    assert main(["print", "H1_v1", "--out", "file/pdf"]) == 2
    assert "不是文件夹" in capsys.readouterr().err

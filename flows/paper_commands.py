"""What `feijian print` does: copies of a package's papers for the printer."""

from argparse import Namespace
from pathlib import Path

from exports.manifest import FILE, read_manifest
from exports.papers.confirmation import NAME as CONFIRMATION
from exports.papers.pdf import print_papers
from exports.papers.write import PAPERS
from exports.seal.digests import file_digests
from exports.verify import find_deliver
from flows.commands import say
from flows.progress import progress
from flows.run import disk_errors
from schemas.errors import PackageError, PaperError


def print_package(options: Namespace) -> int:
    """Make a PDF of each paper, outside `deliver`.

    Raises:
        PackageError: there is no package, it holds no papers, or one is not the manifest's.
        PaperError: LibreOffice is not installed, or made nothing.
    """
    deliver = find_deliver(options.package)
    papers = find_papers(deliver)
    out: Path = options.out or deliver.parent / "local"
    if out.resolve().is_relative_to(deliver.resolve()):
        raise PackageError(f"PDF 不能放在 {deliver} 里：清单之外多一个文件，核对就通不过；请换一个文件夹。")
    with progress("转成 PDF", options.json), disk_errors():
        printed = print_papers(papers, out)
    if not printed.files:
        raise PaperError(printed.note)
    say(options, {"files": list(map(str, printed.files))}, [f"打印用的 PDF：{path}" for path in printed.files])
    return 0


def find_papers(deliver: Path) -> list[Path]:
    """The papers that lie in a package, as they were sealed, and the confirmation beside it.

    Raises:
        PackageError: there are none, or one was changed since.
    """
    sealed = {record["path"]: record["hash"] for record in read_manifest(deliver)["feijian:files"]}
    papers = [deliver / name for name in PAPERS if (deliver / name).is_file()]
    if not papers:
        raise PackageError(f"{deliver.parent} 中没有交接材料（较早的包），无从打印。")
    for paper in papers:
        if file_digests(paper).record()["hash"] != sealed.get(paper.name):
            raise PackageError(f"{paper} 与清单 {FILE} 不符，封装之后被改动过，不能打印；请取得完好的包。")
    confirmation = deliver.parent / "local" / f"{CONFIRMATION}.docx"
    return [*papers, *([confirmation] if confirmation.is_file() else [])]

"""Copies for the printer: PDF by LibreOffice, when there is one.

PDF bytes hold the time of their making, so they never go into `deliver`.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)
_SECONDS = 300


@dataclass(frozen=True)
class Printed:
    """The PDF files; `note` says in Chinese why there are none."""

    files: tuple[Path, ...]
    note: str = ""


def print_papers(papers: Sequence[Path], local: Path) -> Printed:
    """Make `<paper>.pdf` in `local` of each document.

    Raises:
        OSError: `local` cannot be written.
    """
    office = find_office()
    if office is None:
        return Printed((), "没有安装 LibreOffice，未生成打印用的 PDF；可直接用 Word 或 WPS 打开 docx 打印。")
    local.mkdir(parents=True, exist_ok=True)
    wanted = tuple(local / f"{paper.stem}.pdf" for paper in papers)
    with tempfile.TemporaryDirectory(prefix="feijian-") as folder:
        made, profile = Path(folder) / "pdf", (Path(folder) / "profile").as_uri()
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        try:
            subprocess.run(
                [*command, "--outdir", str(made), *map(str, papers)],
                check=True,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.SubprocessError):
            return _none(office)
        if not all((made / path.name).is_file() for path in wanted):
            return _none(office)
        for path in wanted:
            shutil.copyfile(made / path.name, path)
    return Printed(wanted)


def _none(office: str) -> Printed:
    return Printed((), f"LibreOffice（{office}）没有转出 PDF；可直接用 Word 或 WPS 打开 docx 打印。")


def find_office() -> str | None:
    """LibreOffice's command; None when it is not installed."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found or next((str(place) for place in _PLACES if place.is_file()), None)

"""The dossier of a source as files: one HTML page and its JSON."""

from pathlib import Path

from exports.dossier_report.page import page
from exports.durable import replace_text
from schemas.dossier import Dossier, to_json
from schemas.errors import StoreError


def write_dossier(dossier: Dossier, folder: Path) -> tuple[Path, Path]:
    """Write `dossier.html` and `dossier.json` and return where they are.

    Raises:
        StoreError: the folder cannot be written.
    """
    html, records = folder / "dossier.html", folder / "dossier.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_text(html, page(dossier))
        replace_text(records, to_json(dossier))
    except OSError as error:
        raise StoreError(f"无法写入 {folder}：{error.strerror}。请检查磁盘空间与权限。") from None
    return html, records

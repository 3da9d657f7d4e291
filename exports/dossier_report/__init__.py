"""The dossier of a source as files: one HTML page and its JSON."""

from pathlib import Path

from exports.dossier_report.page import page
from exports.durable import write_text
from schemas.dossier import Dossier, to_json


def write_dossier(dossier: Dossier, folder: Path) -> tuple[Path, Path]:
    """Write `dossier.html` and `dossier.json` and return where they are.

    Raises:
        StoreError: the folder cannot be written.
    """
    html, records = folder / "dossier.html", folder / "dossier.json"
    write_text(html, page(dossier))
    write_text(records, to_json(dossier))
    return html, records

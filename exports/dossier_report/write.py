"""Write a dossier in both forms."""

import json
from pathlib import Path

from exports.dossier_report.page import page
from exports.durable import replace_text
from schemas.dossier import Dossier


def write_dossier(dossier: Dossier, folder: Path) -> None:
    """Write `dossier.html` and `dossier.json`; the same dossier gives the same bytes.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / "dossier.json", json.dumps(dossier.to_json(), ensure_ascii=False, indent=1) + "\n")
    replace_text(folder / "dossier.html", page(dossier))

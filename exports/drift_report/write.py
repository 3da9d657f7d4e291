"""Write the comparison with the prior year in every form."""

import json
from pathlib import Path

from exports.drift_report.content import TITLE
from exports.drift_report.markdown import markdown
from exports.drift_report.page import page
from exports.drift_report.workbook import write_workbook
from schemas.drift.records import Drift
from schemas.errors import StoreError


def write_drift(drift: Drift, folder: Path, stem: str = "drift", title: str = TITLE) -> list[Path]:
    """Write `<stem>.md`, `.html`, `.xlsx` and `.json`; the same comparison gives the same bytes.

    Args:
        drift: the comparison.
        folder: made when it is not there.
        stem: the name of the files without their ending.
        title: the heading of the report, such as the institution it is for.

    Returns:
        The files, in the order above.

    Raises:
        StoreError: the folder cannot be written.
    """
    paths = [folder / f"{stem}.{ending}" for ending in ("md", "html", "xlsx", "json")]
    record = json.dumps(drift.to_json(), ensure_ascii=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(
            (paths[0], paths[1], paths[3]), (markdown(drift, title), page(drift, title), record), strict=True
        ):
            path.write_text(text, encoding="utf-8", newline="\n")
        write_workbook(drift, paths[2], title)
    except OSError as error:
        raise StoreError(
            f"不能写入比较报告到 {folder}：{error.strerror or error}。请检查磁盘空间与权限，并关闭已打开的报告。"
        ) from error
    return paths

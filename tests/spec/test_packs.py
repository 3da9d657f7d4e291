"""The files of a pack come from people and from Excel: what is read as it is meant, and what is refused in Chinese."""

from datetime import date
from pathlib import Path

import pytest

from schemas.reference import read_date
from schemas.registry import load_format
from tests.spec.test_layers import HEAD, layer


def test_changes_and_signatures_may_be_saved_by_a_chinese_excel(tmp_path: Path) -> None:
    layer(tmp_path, "site/2024", "")
    changes = HEAD + "SETTLE_MZ,DOCTOR_NAME,length,60,全区医生姓名较长,2024/2/1\n"
    signed = "table,column,kind,reason,signed_by,date\nSETTLE_MZ,MONTH,column_missing,不再需要,王主任,2024/5/31\n"
    (tmp_path / "site/2024/changes.csv").write_bytes(changes.encode("gb18030"))
    (tmp_path / "site/2024/signed.csv").write_bytes(signed.encode("gb18030"))
    form = load_format("site/2024", roots=(tmp_path,))
    assert [(one.reason, one.date) for one in form.changes] == [("全区医生姓名较长", "2024-02-01")]
    assert [(one.signed_by, one.date) for one in form.signatures] == [("王主任", "2024-05-31")]


@pytest.mark.parametrize("text", ["2024-01-05", "2024-1-5", "2024/01/05", "2024/1/5", " 2024/1/5 "])
def test_a_day_is_read_with_strokes_or_slashes_padded_or_not(text: str) -> None:
    assert read_date(text) == date(2024, 1, 5)


@pytest.mark.parametrize("text", ["", "去年", "2024/1-5", "2024-02-30", "5/1/2024", "20240105", "２０２４-1-5"])
def test_what_is_no_day_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError):
        read_date(text)

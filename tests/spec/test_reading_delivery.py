"""Reading a whole delivery: folders, zips, files of every kind, and what is left out."""

import struct
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.learn.delivery import read_delivery
from schemas.errors import LearnError
from tests.spec.reading import HEADER, KNOWN, deliver, lines, noted, only, rows, text_file
from tests.spec.test_reading_workbooks import HEAD, ROW, workbook

BODY = "\n".join([HEADER, *lines(3)]) + "\n"
XLS = Path(__file__).parent / "files" / "last_year.xls"


def zipped(path: Path, entries: dict[str, bytes], codec: str = "utf-8") -> Path:
    """A zip; with names in GBK, as Chinese Windows writes them without saying so, when asked."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, content) in enumerate(entries.items()):
            archive.writestr(name if codec == "utf-8" else _stand_in(number, name.encode(codec)), content)
    if codec != "utf-8":
        content = path.read_bytes()
        for number, name in enumerate(entries):
            content = content.replace(_stand_in(number, name.encode(codec)).encode(), name.encode(codec))
        path.write_bytes(content)
    return path


def _stand_in(number: int, name: bytes) -> str:
    return str(number) * len(name)


def test_a_folder_is_read_with_all_its_folders_in_the_order_of_names(tmp_path: Path) -> None:
    folder = tmp_path / "交付"
    (folder / "b").mkdir(parents=True)
    text_file(folder / "b", BODY, "2.txt")
    text_file(folder, BODY.encode("gbk"), "a.csv")
    workbook(folder, HEAD, ROW, name="c.xlsx")
    text_file(folder, "CREATE TABLE T (A VARCHAR(3));", "d.sql")
    delivery = deliver(folder)
    assert [(sheet.file, sheet.kind) for sheet in delivery.sheets] == [
        ("a.csv", "csv"), ("b/2.txt", "csv"), ("c.xlsx", "xlsx")
    ]  # fmt: skip
    assert [statement.table for statement in delivery.statements] == ["T"]


def test_reading_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = text_file(tmp_path, BODY)
    first, second = (read_delivery(path, tmp_path / name, KNOWN).sheets[0] for name in "ab")
    assert first.rows.read_bytes() == second.rows.read_bytes()
    assert pq.read_schema(first.rows).names == list(first.header)


@pytest.mark.parametrize(
    "name",
    ["~$明细.xlsx", ".明细.csv", "读我.md", "datapackage.json", "交接单.docx", "通知.pdf", "pack.toml", "明细.rar"],
)
def test_what_is_no_data_is_skipped_with_a_note(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "交付"
    folder.mkdir()
    text_file(folder, BODY)
    text_file(folder, "{}", name)
    delivery = deliver(folder)
    assert [sheet.file for sheet in delivery.sheets] == ["明细.csv"]
    assert [note.place for note in noted(delivery, "skipped_file")] == [name]


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_a_zip_is_read_with_its_chinese_names(tmp_path: Path, codec: str) -> None:
    delivery = deliver(zipped(tmp_path / "去年.zip", {"门诊/结算明细.csv": BODY.encode(), "读我.md": b""}, codec))
    assert [(sheet.file, sheet.count) for sheet in delivery.sheets] == [("门诊/结算明细.csv", 3)]
    assert [note.place for note in noted(delivery, "skipped_file")] == ["读我.md"]


def test_a_zip_in_a_folder_gives_its_name_to_what_it_holds(tmp_path: Path) -> None:
    folder = tmp_path / "交付"
    folder.mkdir()
    zipped(folder / "去年.zip", {"明细.csv": BODY.encode()})
    assert only(folder).file == "去年.zip/明细.csv"


def test_nothing_of_the_unpacked_zip_stays_behind(tmp_path: Path) -> None:
    sheet = only(zipped(tmp_path / "去年.zip", {"明细.csv": BODY.encode()}))
    assert list(sheet.rows.parent.iterdir()) == [sheet.rows]


@pytest.mark.parametrize("name", ["../明细.csv", "/明细.csv", "C:/明细.csv", "a/../../明细.csv"])
def test_a_zip_that_leads_outside_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LearnError, match=r"去年.zip：其中的 .*明细.csv 指向压缩包之外"):
        deliver(zipped(tmp_path / "去年.zip", {name: BODY.encode()}))


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "去年.zip", {"a.csv": BODY.encode()})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(LearnError, match=r"去年.zip：压缩包设有密码，请用密码解压后再试"):
        deliver(path)


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "去年.zip", {"a.csv": BODY.encode()})
    content = bytearray(path.read_bytes())
    start = 30 + struct.unpack("<H", content[26:28])[0]
    content[start + 5] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(LearnError, match=r"去年.zip：压缩包已损坏"):
        deliver(path)
    path.write_bytes(content[:50])
    with pytest.raises(LearnError, match=r"去年.zip：压缩包已损坏"):
        deliver(path)


def test_an_xls_gives_values_types_and_notes(tmp_path: Path) -> None:
    delivery = read_delivery(XLS, tmp_path, KNOWN)
    (sheet,) = delivery.sheets
    assert (sheet.kind, sheet.sheet) == ("xls", "明细")
    assert rows(sheet)[:2] == [
        ("A1", "2024-03-01", "甲", "5.25", "TRUE"),
        ("A2", "2024-03-01 23:59:59", "乙", "3", "FALSE"),
    ]
    assert sheet.natives[1] == {"date", "datetime"}
    assert [(note.kind, note.place) for note in delivery.notes] == [
        ("hidden_sheet", "last_year.xls!旧"), ("empty_sheet", "last_year.xls!空")
    ]  # fmt: skip


def test_a_damaged_xls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LearnError, match=r"明细.xls 无法打开，可能已损坏"):
        deliver(text_file(tmp_path, XLS.read_bytes()[:2000], "明细.xls"))


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LearnError, match=r"找不到 .*去年"):
        deliver(tmp_path / "去年")


def test_a_delivery_without_any_table_is_refused_with_what_was_skipped(tmp_path: Path) -> None:
    folder = tmp_path / "交付"
    folder.mkdir()
    text_file(folder, "", "空.csv")
    text_file(folder, "x", "旧.rar")
    with pytest.raises(
        LearnError, match=r"没有可以读取的表。.*旧.rar 没有读取：不能读取 .rar 格式，请解压后再试；空.csv 是空文件"
    ):
        deliver(folder)

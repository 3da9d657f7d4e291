"""Reading last year's text files: charset, delimiter, quotes, line ends."""

from pathlib import Path

import pytest

from flows.learn.encoding import SEPARATOR, Utf8Stream, find_charset
from schemas.errors import LearnError
from tests.spec.reading import HEADER, deliver, lines, noted, only, rows, text_file

BODY = "\n".join([HEADER, *lines(3)]) + "\n"


@pytest.mark.parametrize(
    ("codec", "name", "bom"),
    [("utf-8", "utf-8", False), ("utf-8-sig", "utf-8", True), ("utf-16", "utf-16", True), ("gbk", "gb18030", False)],
)
def test_a_text_file_is_read_in_the_charset_it_was_written_in(tmp_path: Path, codec: str, name: str, bom: bool) -> None:
    sheet = only(text_file(tmp_path, BODY.encode(codec)))
    assert (sheet.encoding, sheet.bom) == (name, bom)
    assert sheet.header == ("HISID", "BILL_DATE", "ITEM_NAME", "COST")
    assert rows(sheet)[2] == ("H00002", "2024-01-03", "阿莫西林", "2.50")


def test_one_gbk_character_far_into_the_file_decides(tmp_path: Path) -> None:
    ascii_lines = [f"H{number:07},2024-01-01,drug,1.00" for number in range(60_000)]
    content = "\n".join([HEADER, *ascii_lines, "H9,2024-01-01,阿莫西林,1.00\n"]).encode("gbk")
    sheet = only(text_file(tmp_path, content))
    assert (sheet.encoding, sheet.count) == ("gb18030", 60_001)


def test_a_file_in_no_known_charset_is_refused_with_the_line_of_its_first_bad_byte(tmp_path: Path) -> None:
    content = BODY.encode("gbk") + b"H9,2024-01-01,\xff\xff,1\n"
    with pytest.raises(LearnError, match=r"明细.csv 第 5 行有无法识别的字节 0xFF"):
        deliver(text_file(tmp_path, content))


@pytest.mark.parametrize("delimiter", [",", "|@|", "\t", "|", ";"])
def test_the_delimiter_is_found_from_the_lines(tmp_path: Path, delimiter: str) -> None:
    sheet = only(text_file(tmp_path, BODY.replace(",", delimiter), "明细.txt"))
    assert sheet.delimiter == delimiter
    assert rows(sheet)[0] == ("H00000", "2024-01-01", "阿莫西林", "0.50")


def test_the_second_byte_of_a_gbk_character_is_no_delimiter(tmp_path: Path) -> None:
    name = b"\x81\x7c\x81\x40".decode("gb18030")
    content = f"HISID|ITEM_NAME|COST\nA1|{name}|1.00\nA2|{name}|2.00\n"
    assert rows(only(text_file(tmp_path, content.encode("gb18030"))))[0] == ("A1", name, "1.00")


def test_single_bars_inside_values_do_not_split_the_long_delimiter(tmp_path: Path) -> None:
    content = "HISID|@|ITEM_NAME|@|COST\nA1|@|甲|乙|@|1.00\nA2|@|丙|丁|@|2.00\n"
    sheet = only(text_file(tmp_path, content))
    assert sheet.delimiter == "|@|"
    assert rows(sheet)[0] == ("A1", "甲|乙", "1.00")


@pytest.mark.parametrize("size", range(32, 50))
def test_nothing_breaks_where_one_read_ends_and_the_next_begins(tmp_path: Path, size: int) -> None:
    line = "A12|@|阿莫西林|胶囊@|@||@|1.00"
    path = text_file(tmp_path, (f"{line}\r\n" * 40).encode("gbk"))
    with Utf8Stream(path, find_charset(path, path.name), "|@|", quoted=False) as stream:
        content = b"".join(iter(lambda: stream.read(size), b"")).decode()
        assert stream.line_end == "\r\n"
    assert content == (line.replace("|@|", SEPARATOR) + "\n") * 40


def test_quoted_values_may_hold_delimiters_line_breaks_and_quotes(tmp_path: Path) -> None:
    content = 'HISID,ITEM_NAME,COST\r\nA1,"甲,乙\n丙 ""丁""",1.00\r\nA2,戊,2.00\r\n'
    sheet = only(text_file(tmp_path, content))
    assert (sheet.quoted, sheet.line_end) == (True, "\r\n")
    assert rows(sheet) == [("A1", '甲,乙\n丙 "丁"', "1.00"), ("A2", "戊", "2.00")]


def test_a_long_delimiter_inside_quotes_is_content(tmp_path: Path) -> None:
    content = '"HISID"|@|"ITEM_NAME"|@|"COST"\n"A1"|@|"甲|@|乙"|@|"1.00"\n"A2"|@|"丙"|@|"2.00"\n'
    assert rows(only(text_file(tmp_path, content)))[0] == ("A1", "甲|@|乙", "1.00")


def test_an_inch_mark_does_not_swallow_the_file(tmp_path: Path) -> None:
    middle = ['X1,2024-01-01,"5寸管,1.00', 'X2,2024-01-01,5" 管,2.00', *lines(50), 'X3,2024-01-01,"7寸管,3.00']
    sheet = only(text_file(tmp_path, "\n".join([HEADER, *middle]) + "\n"))
    assert sheet.quoted is False
    assert sheet.count == 53
    assert rows(sheet)[:2] == [("X1", "2024-01-01", '"5寸管', "1.00"), ("X2", "2024-01-01", '5" 管', "2.00")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(tmp_path: Path, end: str) -> None:
    sheet = only(text_file(tmp_path, BODY.replace("\n", end)))
    assert (sheet.line_end, sheet.count) == (end, 3)


def test_mixed_line_ends_are_read_and_said(tmp_path: Path) -> None:
    first, second, third = lines(3)
    sheet = only(text_file(tmp_path, f"{HEADER}\r\n{first}\n{second}\r{third}\r\n"))
    assert (sheet.line_end, sheet.count) == ("mixed", 3)
    assert noted(sheet, "mixed_line_ends")


def test_a_ragged_row_is_kept_out_and_named_by_its_line(tmp_path: Path) -> None:
    content = ["医院导出", HEADER, *lines(300)]
    content.insert(100, "H9,2024-01-01,甲,乙,1.00")
    sheet = only(text_file(tmp_path, "\n".join(content) + "\n"))
    (note,) = noted(sheet, "ragged_rows")
    assert (note.rows, sheet.count) == (1, 300)
    assert "第 101 行（5 个字段）" in note.text


def test_more_than_one_row_in_a_hundred_ragged_is_refused(tmp_path: Path) -> None:
    content = [HEADER, *lines(100), "H9,2024-01-01,甲,乙,1.00", "H9,1.00"]
    with pytest.raises(
        LearnError, match=r"明细.csv 有 2 行.*表头 4 个字段，而第 102 行（5 个字段）、第 103 行（2 个字段）"
    ):
        deliver(text_file(tmp_path, "\n".join(content)))


def test_blank_lines_are_dropped_and_counted(tmp_path: Path) -> None:
    first, second, third = lines(3)
    sheet = only(text_file(tmp_path, f"{HEADER}\n{first}\n\n{second}\n   \n,,,\n{third}\n"))
    assert sheet.count == 3
    assert [note.rows for note in noted(sheet, "blank_rows")] == [3]


def test_an_empty_value_is_null(tmp_path: Path) -> None:
    sheet = only(text_file(tmp_path, f'{HEADER}\nA1,,"",1.00\nA2,,"甲",2.00\n'))
    assert rows(sheet)[0] == ("A1", None, None, "1.00")


def test_a_text_without_a_delimiter_is_no_table_and_is_said_so(tmp_path: Path) -> None:
    text_file(tmp_path, "本次导出的说明。\n请妥善保管。\n", "说明.txt")
    text_file(tmp_path, BODY)
    delivery = deliver(tmp_path)
    assert [sheet.file for sheet in delivery.sheets] == ["明细.csv"]
    assert [note.place for note in noted(delivery, "skipped_file")] == ["说明.txt"]


def test_a_header_without_rows_is_a_table_of_no_rows(tmp_path: Path) -> None:
    sheet = only(text_file(tmp_path, HEADER + "\n"))
    assert (sheet.count, rows(sheet)) == (0, [])

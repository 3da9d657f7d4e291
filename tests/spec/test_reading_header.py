"""Finding the true header, and cleaning what stands below it."""

from pathlib import Path

import pytest

from schemas.errors import LearnError
from tests.spec.reading import HEADER, deliver, lines, noted, only, rows, text_file

DATA = "\n".join(lines(5)) + "\n"


def table(folder: Path, *head: str, data: str = DATA) -> Path:
    return text_file(folder, "\n".join(head) + "\n" + data)


def test_the_header_lies_under_a_title_and_thirty_lines_of_prose(tmp_path: Path) -> None:
    prose = [f"{number}. 请按要求填写，日期写成 2024-01-01。" for number in range(1, 31)]
    sheet = only(table(tmp_path, "门诊结算明细", *prose, HEADER))
    assert sheet.header == tuple(HEADER.split(","))
    assert sheet.count == 5
    assert [note.rows for note in noted(sheet, "prose_rows")] == [31]


@pytest.mark.parametrize("order", ["above", "below"])
def test_a_type_row_above_or_below_the_header_gives_the_types(tmp_path: Path, order: str) -> None:
    types = "VARCHAR(30);DATE;字符型;数值（16， 2）"
    head = [types, HEADER.replace(",", ";")]
    sheet = only(table(tmp_path, *(head if order == "above" else head[::-1]), data=DATA.replace(",", ";")))
    assert sheet.header == tuple(HEADER.split(","))
    assert sheet.types == ("VARCHAR(30)", "DATE", "字符型", "数值(16,2)")
    assert sheet.count == 5


def test_chinese_labels_below_english_names_are_labels(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, HEADER, "结算单据号,结算日期,项目名称,金额"))
    assert sheet.header == tuple(HEADER.split(","))
    assert sheet.labels == ("结算单据号", "结算日期", "项目名称", "金额")
    assert sheet.count == 5


def test_known_english_names_below_chinese_ones_are_the_header(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, "结算单据号,结算日期,项目名称,金额", HEADER))
    assert sheet.header == tuple(HEADER.split(","))
    assert sheet.labels == ("结算单据号", "结算日期", "项目名称", "金额")


def test_unknown_english_names_below_chinese_ones_are_not_the_header(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, "结算单据号,结算日期,项目名称,金额", "djh,jsrq,xmmc,je"))
    assert sheet.header == ("结算单据号", "结算日期", "项目名称", "金额")
    assert sheet.labels == ("djh", "jsrq", "xmmc", "je")
    assert sheet.count == 5


def test_a_first_row_of_chinese_values_is_no_label_row(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, "HISID,ITEM_NAME,DEPT", data="甲,阿莫西林,内科\n乙,青霉素,外科\n"))
    assert (sheet.labels, sheet.count) == ((), 2)


def test_instructions_types_and_demands_around_the_header_are_no_data(tmp_path: Path) -> None:
    head = ["结算号，唯一,年-月-日,国家码名称,两位小数", "字符型,日期,字符型,数值型", HEADER, "必填,必填,选填,必填"]
    sheet = only(table(tmp_path, *head))
    assert sheet.header == tuple(HEADER.split(","))
    assert sheet.types == ("字符型", "日期", "字符型", "数值型")
    assert sheet.labels == ()
    assert sheet.count == 5


def test_names_that_nobody_knows_are_a_header_when_they_differ_from_the_data(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, "djh,jsrq,xmmc,je"))
    assert sheet.header == ("djh", "jsrq", "xmmc", "je")
    assert sheet.count == 5


def test_data_without_any_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LearnError, match=r"明细.csv 找不到表头：第一行起就是数据.*请在数据上方补一行列名"):
        deliver(text_file(tmp_path, DATA))


def test_data_of_text_without_any_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LearnError, match=r"找不到表头"):
        deliver(text_file(tmp_path, "张三,内科,甲类\n李四,外科,乙类\n王五,儿科,甲类\n"))


def test_a_name_that_stands_twice_gets_a_number(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, "HISID,BILL_DATE,ITEM_NAME,ITEM_NAME"))
    assert sheet.header == ("HISID", "BILL_DATE", "ITEM_NAME", "ITEM_NAME_1")
    assert [note.column for note in noted(sheet, "duplicate_column")] == ["ITEM_NAME_1"]


def test_a_number_that_is_taken_is_not_given_again(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, "HISID,COST,cost,COST_1"))
    assert sheet.header == ("HISID", "COST", "cost_2", "COST_1")


def test_a_column_with_data_and_no_name_is_named_after_its_place(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, "HISID,BILL_DATE,,COST"))
    assert sheet.header == ("HISID", "BILL_DATE", "列3", "COST")
    assert [(note.column, note.rows) for note in noted(sheet, "unnamed_column")] == [("列3", 5)]


def test_trailing_columns_without_name_and_data_are_dropped(tmp_path: Path) -> None:
    data = "".join(f"{line},,\n" for line in lines(5))
    sheet = only(table(tmp_path, HEADER + ",,", data=data))
    assert sheet.header == tuple(HEADER.split(","))
    assert rows(sheet)[0] == ("H00000", "2024-01-01", "阿莫西林", "0.50")


def test_a_header_repeated_in_the_data_is_dropped_and_counted(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, HEADER, data=f"{DATA}{HEADER}\n{DATA}{HEADER}\n{DATA}"))
    assert sheet.count == 15
    assert [note.rows for note in noted(sheet, "repeated_header")] == [2]


@pytest.mark.parametrize(
    "total", ["合计,,,7.50", ",,总 计：,7.50", "合\u3000计,,,7.50", "小计,,,", ",,本页合计,1", "合计（元）,,,1"]
)
def test_a_row_of_totals_is_dropped_and_counted(tmp_path: Path, total: str) -> None:
    sheet = only(table(tmp_path, HEADER, data=f"{DATA}{total}\n"))
    assert sheet.count == 5
    assert [note.rows for note in noted(sheet, "totals_row")] == [1]


def test_a_shorter_line_of_totals_is_not_taken_for_a_broken_row(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, HEADER, data=f"{DATA}合计,7.50\n"))
    assert [note.rows for note in noted(sheet, "totals_row")] == [1]
    assert noted(sheet, "ragged_rows") == []


def test_a_full_row_with_the_word_total_is_data(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, HEADER, data=f"{DATA}H9,2024-01-01,合计,1.00\n"))
    assert sheet.count == 6


def test_outer_blanks_are_stripped_and_counted_by_column(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, HEADER, data="A1 ,2024-01-01,\u3000甲\u3000,1.00\nA2,2024-01-01, ,2.00\n"))
    assert rows(sheet) == [("A1", "2024-01-01", "甲", "1.00"), ("A2", "2024-01-01", None, "2.00")]
    assert [(note.column, note.rows) for note in noted(sheet, "trailing_blanks")] == [("HISID", 1), ("ITEM_NAME", 2)]


def test_full_width_digits_are_counted_and_kept(tmp_path: Path) -> None:
    sheet = only(table(tmp_path, HEADER, data="A１,2024-01-01,甲,1.00\nA2,2024-01-01,乙（外）,2.00\n"))
    assert rows(sheet)[0][0] == "A１"
    assert [(note.column, note.rows) for note in noted(sheet, "full_width_digits")] == [("HISID", 1)]


def test_a_table_about_columns_is_read_under_its_own_header(tmp_path: Path) -> None:
    listed = [
        "HISID;结算单据号;VARCHAR(30)",
        "BILL_DATE;结算日期;DATE",
        "COST;金额;DECIMAL(16,2)",
        "NUM;数量;VARCHAR(9)",
    ]
    content = "\n".join(["字段名;说明;类型", *listed])
    sheet = only(text_file(tmp_path, content, "字典.txt"))
    assert (sheet.header, sheet.count) == (("字段名", "说明", "类型"), 4)

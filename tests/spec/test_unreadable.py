"""What a clerk is told about a value that is no date and no number."""

import pytest

from schemas.unreadable import explain


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0000-00-00", "是全零的空日期，没有日期时应留空"),
        ("0000-00-00 00:00:00", "是全零的空日期，没有日期时应留空"),
        ("2024/2/30", "2024 年 2 月没有 30 日"),
        ("2023-02-29", "2023 年 2 月没有 29 日"),
        ("20241301", "没有 13 月"),
        ("2024-00-05", "没有 0 月"),
        ("2024/2/3", "日期的写法不合规定"),
        ("2024年2月3日", "日期的写法不合规定"),
        ("2024-02-03 25:00:00", "日期后面的时间读不出"),
        ("３月５日", "用了全角字符"),
        ("03/05/2024", "年份写在了后面"),
        ("24-3-5", "年份只写了两位"),
        ("2024-03", "只有年月，没有日"),
        ("45321", "是电子表格里的日期序号"),
        ("2O24-01-05", "字母 O、l 被当成了数字 0、1"),
        ("  ", "只有空格，没有值时应留空"),
        ("锟斤拷", "是乱码"),
        ("NULL", "没有值时应留空"),
        ("昨天", "不是日期"),
    ],
)
def test_a_date_that_is_none(value: str, said: str) -> None:
    assert explain(value, "日期") == f"{said}；应写成 2024-01-31 这样的日期"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1,234.50元", "带了货币或单位的字样"),
        ("￥12.00", "带了货币或单位的字样"),
        ("¥12.00", "带了货币或单位的字样"),
        ("1,234.50", "带了千位逗号"),
        ("12,5", "小数点写成了逗号"),
        ("１２.５", "用了全角字符"),
        ("6.5E+3", "是科学计数法，位数可能已经丢了"),
        ("1O.5", "字母 O、l 被当成了数字 0、1"),
        ("十二", "写成了汉字"),
        ("12%", "带了百分号"),
        ("12盒", "数字后面带了单位"),
        ("1.2.3", "有不止一个小数点"),
        (" 12", "前后有空格"),
        ("ÎÞ", "是乱码"),
        ("一些", "不是数"),
    ],
)
def test_a_number_that_is_none(value: str, said: str) -> None:
    assert explain(value, "金额") == f"{said}；应写成 1234.50 这样的数"


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("date32[day]", "日期"),
        ("DATE", "日期"),
        ("timestamp[us]", "时间"),
        ("TIMESTAMP", "时间"),
        ("int64", "整数"),
        ("BIGINT", "整数"),
        ("decimal128(16, 2)", "数"),
        ("DECIMAL(16,4)", "数"),
    ],
)
def test_a_type_goes_by_a_word_that_a_clerk_knows(kind: str, wanted: str) -> None:
    assert explain("不详", kind).startswith(f"不是{wanted}；")


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("12.345", "DECIMAL(16,2)", "小数超过 2 位"),
        ("123456789012345678.00", "decimal128(16, 2)", "位数太多"),
        ("12.5", "BIGINT", "带了小数"),
        ("99999999999999999999", "int64", "位数太多"),
    ],
)
def test_a_number_that_does_not_fit_is_told_why(value: str, kind: str, said: str) -> None:
    assert explain(value, kind).startswith(f"{said}；")

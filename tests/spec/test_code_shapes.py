"""What the rules about persons, codes and text accept and what they ask about, value by value."""

from typing import Any

import pyarrow as pa
import pytest

from schemas.predicate import Predicate
from schemas.rule import Rule, load_rules

RULES = {rule.id: rule for rule in load_rules()}


def verdict(rule: Rule, row: dict[str, str | None]) -> bool | None:
    """Whether the rule holds for the row; None when it does not speak of it."""
    columns = {name: pa.array([text], pa.string()) for name, text in row.items()}

    def judged(text: str) -> Any:
        return Predicate(text).on("value").evaluate(columns, {})[0].as_py()

    return judged(rule.holds) if not rule.when or judged(rule.when) else None


CODES = [
    ("P03c", "XJ01CAA040A001010120304", True),
    ("P03c", "XJ01CAA040A00101012030", False),
    ("P03c", "ZA01AAA0107010109893", None),
    ("P03d", "ZA01AAA0107010109893", True),
    ("P03e", "T001705069", True),
    ("P03e", "T00170506X", False),
    ("P03f", "C1401038816369270001", True),
    ("P03g", "001102000030000", True),
    ("P03g", "1102000030000", False),
    ("P03m", "650402", True),
    ("P03m", "高昌区", False),
    ("P03n", "81000000000000001234", True),
    ("P03n", "8100000000000000123", False),
]


@pytest.mark.parametrize(("rule", "code", "holds"), CODES)
def test_a_code_has_its_shape(rule: str, code: str, holds: bool | None) -> None:
    assert verdict(RULES[rule], {"value": code}) is holds


@pytest.mark.parametrize(
    ("kind", "code", "rule", "holds"),
    [
        ("1", "J06.900", "P03j", True),
        ("1", "J06.900x003", "P03j", True),
        ("1", "I10.x00", "P03j", True),
        ("1", "A17.000+G01*", "P03j", True),
        (None, "J06.9", "P03j", True),
        ("1", "J06900", "P03j", False),
        ("1", "感冒", "P03j", False),
        ("2", "J06.900", "P03j", None),
        ("2", "A01.01.01", "P03k", True),
        ("3", "B04.02", "P03k", True),
        ("2", "BNX010", "P03k", False),
        ("1", "A01.01.01", "P03k", None),
    ],
)
def test_a_diagnosis_is_western_or_chinese_by_its_kind(
    kind: str | None, code: str, rule: str, holds: bool | None
) -> None:
    assert verdict(RULES[rule], {"diag_type": kind, "diag_code": code}) is holds


@pytest.mark.parametrize(
    ("code", "holds"),
    [
        ("47.0900", True),
        ("86.3x00", True),
        ("45.1300x003", True),
        ("51.23", True),
        ("470900", False),
        ("阑尾切除", False),
    ],
)
def test_an_operation_has_a_code_of_the_insurance_edition(code: str, holds: bool) -> None:
    assert verdict(RULES["P03l"], {"oprn_oprt_code": code}) is holds


@pytest.mark.parametrize(
    ("kind", "code", "holds"),
    [
        ("101", "XJ01CAA040A001010120304", True),
        ("101", "ZA01AAA0107010109893", True),
        ("101", "C1401038816369270001", False),
        ("102", "T001705069", True),
        ("102", "XJ01CAA040A001010120304", False),
        ("104", "ZA01AAA0129010184074", True),
        ("201", "001102000030000", True),
        ("201", "T001705069", False),
        ("301", "C1401038816369270001", True),
        ("301", "001102000030000", False),
        ("999", "C1401038816369270001", True),
        (None, "C1401038816369270001", None),
        ("101", "Y0001", None),
    ],
)
def test_a_national_code_suits_the_kind_of_item(kind: str | None, code: str, holds: bool | None) -> None:
    assert verdict(RULES["M02"], {"list_type": kind, "med_list_codg": code}) is holds


@pytest.mark.parametrize(
    ("kind", "number", "rule", "holds"),
    [
        ("01", "650101198001010016", "P01a", True),
        (None, "650101198001010016", "P01a", True),
        ("01", "650101198001010017", "P01a", False),
        ("01", "11010519491231002x", "P01a", True),
        ("01", "11010519491231002x", "P01f", False),
        ("01", "G12345678", "P01a", False),
        ("99", "G12345678", "P01a", None),
        ("01", "650101800101001", "P01a", None),
        ("01", "650101800101001", "P01d", False),
        ("99", "650101800101001", "P01d", None),
        ("01", "653121199002290016", "P01e", False),
        ("01", "650101198001010016", "P01e", True),
        ("01", None, "P01a", None),
    ],
)
def test_only_identity_cards_are_judged_as_such(
    kind: str | None, number: str | None, rule: str, holds: bool | None
) -> None:
    assert verdict(RULES[rule], {"psn_cert_type": kind, "certno": number}) is holds


TEXTS = [
    ("X01", "阿莫西林胶囊", True),
    ("X01", "阿莫西林\r\n胶囊", False),
    ("X01", "阿莫西林\t胶囊", False),
    ("X02", "葡萄糖注射液（5% 250ml）α-酮酸 Ⅱ级 25℃ ×2", True),
    ("X02", "甲磺酸倍他司汀片·维生素B₁₂ ½片", True),
    ("X02", "闃胯帿瑗挎灄鑳跺泭", False),
    ("X02", "锟斤拷", False),
    ("X02", "é˜¿èŽ«", False),
    ("X02", "\u00e9\u0098\u00bf", False),
    ("X02", "°¢ÄªÎ÷ÁÖ", False),
    ("X02", "????片", False),
    ("X02", "\ufffd\ufffd", False),
    ("X03", "H65040290001", True),
    ("X03", "Ｈ65040290001", False),
    ("X04", "650402198001011234", True),
    ("X04", "6.50402E+17", False),
    ("X04", "2E05", True),
    ("X05", "J06.900", True),
    ("X05", "J06.900 ", False),
    ("X05", "\u3000J06.900", False),
    ("X06", "慢性胃炎", True),
    ("X06", "慢性\u200b胃炎", False),
    ("X07", "无", True),
    ("X07", "NaN", False),
    ("X07", "n/a", False),
    ("X07", "NADH 试剂", True),
    ("X08", "A & B", True),
    ("X08", "A &amp; B", False),
    ("X08", "pH<7", True),
    ("X08", "胃炎<br/>", False),
    ("X10", "-", False),
    ("X10", "5-氟尿嘧啶", True),
    ("X11", "\ue123", False),
]


@pytest.mark.parametrize(("rule", "text", "holds"), TEXTS)
def test_a_text_is_left_alone_or_asked_about(rule: str, text: str, holds: bool) -> None:
    assert verdict(RULES[rule], {"value": text}) is holds

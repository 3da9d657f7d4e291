"""Contracts and uses of an export right, for the tests of both."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from flows.use_ledger import Kind, Use
from schemas.contract import Contract
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST

DAY = date(2025, 3, 2)
PACKAGE = f"{DEMO_ORG}_20240101-20241231_v1"


def a_contract(number: str = "HT2024-01", institutions: tuple[str, ...] = (DEMO_ORG,), **changes: object) -> Contract:
    first, last = date(2024, 11, 6), date(2025, 11, 5)
    one = Contract(number, "增值技术服务", "七泉湖镇卫生院", "负责人", "0995-1", first, last, institutions)
    return replace(one, **changes)  # type: ignore[arg-type]


def a_use(**changes: object) -> Use:
    year = a_contract().year_of(DAY)
    use = Use(
        institution=DEMO_ORG, contract="HT2024-01", year=year, unchecked="", day=DAY, kind=Kind.EXPORT,
        package=PACKAGE, version=1, manifest_sha256="a" * 64,
        period={"from": FIRST, "to": LAST}, format="nhsa/2024", corrects="", reason="", run="r1", at="",
    )  # fmt: skip
    return replace(use, **changes)  # type: ignore[arg-type]


TOML = """
[[contracts]]
number = "HT2024-01"
project = "增值技术服务"
unit = "七泉湖镇卫生院"
person = "负责人"
phone = "0995-1"
from = 2024-11-06
to = 2025-11-05
institutions = ["H65040200001"]
"""


def configure(folder: Path, text: str) -> Path:
    (folder / "feijian.toml").write_text(text, encoding="utf-8")
    return folder

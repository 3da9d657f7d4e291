"""The comparison as papers: what a customer reads and signs, and what a machine reads."""

import json
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from unicodedata import east_asian_width

import openpyxl
import pytest

from exports.drift_report.content import HEAD
from exports.drift_report.terminal import drift_lines
from exports.drift_report.write import write_drift
from schemas.drift.compare import compare
from schemas.drift.kinds import KINDS
from schemas.drift.records import Drift, Level
from schemas.errors import StoreError
from schemas.pack import Signature
from tests.two_years import amount, column, data, form, profile, table_data, year

BAD = "a|b<script>alert(1)</script>\n\x1b[31m"
FORMULA = "=1+1"


@pytest.fixture(scope="module")
def drift() -> Drift:
    """A comparison that has something of each level, and names that were chosen with ill will."""
    consent = Signature("site/2024", "T", "GONE", "column_missing", "系统不再记录", "医保办 甲", "2024-12-20")
    old = form(
        {
            "T": [column("K"), column("GONE", "去掉的列"), column("LOST", BAD), column("A", length="30")],
            "S": [column("K")],
        }
    )
    new = form(
        {"T": [column("K"), column("A", length="10"), column(FORMULA, f"新{BAD}")], "S": [column("K")]},
        facts={"delimiter": ","},
        signatures=(consent,),
    )
    return compare(old, new, None, profile(table_data("T", data("K", 5, 5)), months=year(2024)))


@pytest.fixture(scope="module")
def papers(drift: Drift, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports") / "new"
    return {path.suffix: path for path in write_drift(drift, folder, title="比较报告（示例）")}


class Cells(HTMLParser):
    """The tags and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_it_is_written_as_markdown_html_excel_and_json(papers: dict[str, Path]) -> None:
    assert [path.name for path in papers.values()] == ["drift.md", "drift.html", "drift.xlsx", "drift.json"]


def test_the_same_comparison_gives_the_same_bytes(drift: Drift, papers: dict[str, Path], tmp_path: Path) -> None:
    again = write_drift(drift, tmp_path, title="比较报告（示例）")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in papers.values()]


def test_the_verdict_stands_on_top_and_the_levels_in_their_order(drift: Drift, papers: dict[str, Path]) -> None:
    lines = papers[".md"].read_text(encoding="utf-8").splitlines()
    assert lines[2] == f"**{drift.sentence}**"
    assert "与上年度不一致：有 1 处破坏性差异未经客户签认" in drift.sentence
    heads = [line for line in lines if line.startswith("## ")]
    assert heads == [
        "## 破坏性（2 处）",
        "## 须签认（2 处）",
        "## 未验证（1 处）",
        "## 兼容（1 处）",
        "## 完全一致的表（1 张）",
        "## 判定标准",
        "## 签认",
    ]


def test_a_difference_is_one_row_with_seven_cells_whatever_its_name(papers: dict[str, Path]) -> None:
    lines = papers[".md"].read_text(encoding="utf-8").splitlines()
    assert "| " + " | ".join(HEAD) + " |" in lines
    lost = next(line for line in lines if line.startswith("| T | LOST |"))
    assert lost.replace("\\|", "").count("|") == len(HEAD) + 1
    assert "\\<script\\>" in lost


def test_a_signature_is_shown_with_name_and_date(papers: dict[str, Path]) -> None:
    text = papers[".md"].read_text(encoding="utf-8")
    gone = next(line for line in text.splitlines() if line.startswith("| T | GONE |"))
    assert gone.endswith("| 医保办 甲 2024-12-20：系统不再记录 |")
    assert "| 破坏性 | 2 | 1 |" in text


def test_names_of_other_people_cannot_become_part_of_the_page(papers: dict[str, Path]) -> None:
    page = papers[".html"].read_text(encoding="utf-8")
    cells = Cells(page)
    assert "script" not in cells.tags
    assert any("<script>alert(1)</script>" in text for text in cells.texts)
    assert "\x1b" not in page
    assert not {"link", "img"} & set(cells.tags)
    assert "A4 landscape" in page


def test_the_rules_with_their_limits_stand_in_the_report(drift: Drift, papers: dict[str, Path]) -> None:
    for path in (papers[".md"], papers[".html"]):
        text = path.read_text(encoding="utf-8")
        for kind in KINDS.values():
            assert kind.title in text
        assert KINDS["mandatory_empty"].sentence(drift.thresholds) in text


def test_the_workbook_has_a_place_to_answer_for_each_difference(drift: Drift, papers: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(papers[".xlsx"])
    assert book.sheetnames == ["结论", "差异", "一致的表"]
    sheet = book["差异"]
    head = [cell.value for cell in sheet[1]]
    assert head[-4:] == ["已有签认", "签认意见", "签认人", "日期"]
    assert sheet.max_row == len(drift.differences) + 1
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref == f"A1:L{sheet.max_row}"
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"同意,不同意,须修改"'
    assert str(choice.sqref) == f"J2:J{sheet.max_row}"


def test_the_workbook_holds_text_only_and_no_formula(papers: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(papers[".xlsx"])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert FORMULA in [cell.value for cell in cells]


def test_a_text_too_long_for_a_cell_says_where_the_rest_is(tmp_path: Path) -> None:
    old = form({"T": [column("K"), *(column(f"COLUMN_{number:05d}") for number in range(3000))]})
    new = form({"T": [column("K")], "N": [column(f"COLUMN_{number:05d}") for number in range(3000)]})
    paths = {path.suffix: path for path in write_drift(compare(old, new), tmp_path)}
    sheet = openpyxl.load_workbook(paths[".xlsx"])["差异"]
    evidence = str(sheet.cell(2, 8).value)
    assert len(evidence) < 32_767
    assert evidence.endswith("（过长，全文见同名的 json 文件）")
    assert "COLUMN_02999" in paths[".json"].read_text(encoding="utf-8")


def test_the_json_is_the_comparison(drift: Drift, papers: dict[str, Path]) -> None:
    record = json.loads(papers[".json"].read_text(encoding="utf-8"))
    assert record["verdict"] == drift.sentence
    assert record["exit_code"] == 3
    assert record["counts"] == {"破坏性": 2, "须签认": 2, "未验证": 1, "兼容": 1}
    assert Decimal(record["thresholds"]["deviation"]) == Decimal("0.3")
    assert {"old": ["T", "A"], "new": ["T", "A"]} in record["columns"]
    kinds = {one["kind"] for table in record["tables"] for one in table["differences"]}
    assert kinds == {"column_missing", "width_narrower", "column_appended"}


def width(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def test_the_terminal_shows_every_difference_in_a_table_of_its_width(drift: Drift) -> None:
    lines = drift_lines(drift, 100)
    assert lines[0] == drift.sentence
    assert "破坏性 2 处、须签认 2 处、未验证 1 处、兼容 1 处、完全一致的表 1 张" in lines
    assert max(map(width, lines[5:])) <= 100
    for name in ("GONE", "LOST", FORMULA, "（整个交付包）"):
        assert any(name in line for line in lines)
    starts = {width(line[: line.index(name)]) for name in ("GONE", "LOST") for line in lines if name in line}
    assert len(starts) == 1
    assert "\x1b" not in "".join(lines)


def test_the_terminal_says_in_one_line_that_nothing_differs() -> None:
    one = form({"T": [column("K"), amount("COST")]})
    lines = drift_lines(compare(one, one))
    assert lines[0].startswith("与上年度一致，没有差异")
    assert lines[-1].endswith("完全一致的表 1 张")


def test_a_report_without_differences_is_whole(tmp_path: Path) -> None:
    one = form({"T": [column("K")]})
    same = compare(one, one)
    assert same.level is Level.SAME
    paths = {path.suffix: path for path in write_drift(same, tmp_path, "vergleich")}
    assert paths[".md"].name == "vergleich.md"
    assert "## 完全一致的表（1 张）" in paths[".md"].read_text(encoding="utf-8")
    assert openpyxl.load_workbook(paths[".xlsx"])["差异"].max_row == 1


def test_a_folder_that_cannot_be_made_is_said_in_chinese(drift: Drift, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="不能写入比较报告"):
        write_drift(drift, tmp_path / "file" / "below")

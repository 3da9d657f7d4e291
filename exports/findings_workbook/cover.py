"""The cover: the verdict in one sentence, how to use the workbook, who has how much to do, what was not verified."""

from collections.abc import Iterable, Sequence
from typing import Any

from exports.findings_workbook.layout import COVER, SOLVED, Column, Kind, Weight
from exports.findings_workbook.lines import Book, cuts, person, share
from exports.findings_workbook.sheet import FILLS, Styles, height, page, write_cell
from schemas.comparison import State
from schemas.result import Outcome
from schemas.rule import WHO
from schemas.waiver import load_vocabulary

WIDTHS = (12, 9, 10, 12, 12, 12, 12, 10, 10, 12, 10)
LAST = len(WIDTHS) - 1
PEOPLE = ("科室", "规则", "待处理", *Weight, State.NEW, State.STILL, State.COUNTED, SOLVED)
TOLD = 50


class Cover:
    """A sheet that is filled from above; `line` is the next free row."""

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self.sheet, self.styles, self.line = sheet, styles, 0

    def across(self, text: str, first: int = 0, **look: Any) -> None:
        """One text over the columns from `first` to the last, as high as it needs."""
        wide = Column("", sum(WIDTHS[first:]))
        self.sheet.set_row(self.line, max(height((text,), (wide,)), look.pop("least", 0)))
        style = self.styles.get(**look)
        self.sheet.merge_range(self.line, first, self.line, LAST, "", style)
        write_cell(self.sheet, self.line, first, text, style)

    def text(self, text: str, **look: Any) -> None:
        """A text over the whole width."""
        self.across(text, **look)
        self.line += 1

    def fact(self, name: str, text: str) -> None:
        """A name and what is to be said of it."""
        self.across(text, 1)
        write_cell(self.sheet, self.line, 0, name, self.styles.get(fill="#F2F2F2"))
        self.line += 1

    def section(self, title: str) -> None:
        """A heading after an empty row."""
        self.line += 1
        self.text(title, bold=True, font_size=12, border=0)

    def cells(self, values: Sequence[Any], fills: Sequence[str], **look: Any) -> None:
        """One row of cells from the first column on."""
        self.sheet.set_row(self.line, height(values, [Column("", width) for width in WIDTHS]))
        for place, (value, fill) in enumerate(zip(values, fills, strict=True)):
            kind: Kind = "number" if isinstance(value, int) else "text"
            write_cell(self.sheet, self.line, place, value, self.styles.get(kind, fill, **look))
        self.line += 1


def write_cover(book: Book, workbook: Any, styles: Styles) -> None:
    """Write the first sheet."""
    sheet = workbook.add_worksheet(COVER)
    page(sheet)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    cover = Cover(sheet, styles)
    cover.text("院内核对工作簿", bold=True, font_size=16, border=0, least=28)
    cover.text(book.sentence, bold=True, font_size=12, valign="vcenter", fill="#F5F5F5", least=36)
    for name, text in (("机构", book.institution), ("检查期间", book.period), ("格式", book.form.title)):
        cover.fact(name, text)
    cover.fact("运行号", book.run)
    cover.fact("与上次比较", against(book))
    _use(cover)
    _people(cover, book)
    _lists(cover, book)


def against(book: Book) -> str:
    """Chinese: with which run this one was compared."""
    past = book.comparison
    if not past.run:
        return "没有同一机构、同一期间、同一格式的上一次运行，本次为首次核对"
    return f"与 {past.day} 的运行 {past.run} 比较"


def _use(cover: Cover) -> None:
    words = load_vocabulary()
    cover.section("怎么用")
    cover.text(
        f"1. 打开自己科室的工作表，从“{Weight.MUST}”看起：“HIS 中的位置”说在系统里哪里找，“怎么改”说怎么改。"
        "可以排序、筛选、插入行、用 Excel 或 WPS 保存；不要删除隐藏的“核对码”一列。"
    )
    meanings = "；".join(f"{word}：{meaning}" for word, meaning in words.meanings.items())
    cover.text(
        f"2. 在黄色的“处理结果”中选择（{meanings}）。除“已修改”外，都要写说明、处理人和处理日期；"
        f"有效期不填则为 {words.months} 个月。"
    )
    cover.text("3. 填好后把本文件交给信息科，由工程师用 --answers 带上它重新导出；本文件含患者信息，不得外传。")


def _people(cover: Cover, book: Book) -> None:
    cover.section("各科室要处理的（按行数；没有逐行明细的规则算一行）")
    fills = [FILLS[one] if isinstance(one, Weight) else "#DCE6EC" for one in PEOPLE]
    cover.cells(PEOPLE, fills, bold=True)
    for who in WHO:
        mine = share(book, who)
        states = [mine.states[state] if book.comparison.run else "—" for state in list(State)[1:]]
        solved = mine.solved if book.comparison.run else "—"
        row = (who, mine.rules, mine.places, *mine.weights.values(), *states, solved)
        cover.cells(row, [""] * len(row))


def _lists(cover: Cover, book: Book) -> None:
    _told(cover, "没有列全的规则", cuts(book))
    counted = [f"{one.rule} {one.title}：上次 {one.before} 行，本次 {one.now} 行" for one in book.comparison.counted]
    _told(cover, "行没有列全、只比较了总数的规则", counted)
    told = [f"{waiver.place} {waiver.key[0]}（{waiver.answer}）：{fate}" for fate, waiver in book.applied.told()]
    _told(cover, "没有起作用的答复", told)
    unchecked = [f"{rule} {book.comparison.titles[rule].title}" for rule in book.comparison.unchecked]
    _told(cover, "上次有问题、这次没有核对的规则（不算已解决）", unchecked)
    unverified = [
        f"{one.id} {one.title}（{person(one)}）：{one.reason or '没有说明原因'}"
        for one in book.applied.results
        if one.outcome is Outcome.NOT_VERIFIED
    ]
    _told(cover, f"没有核对的 {len(unverified)} 项（未验证不等于通过）", unverified, all_of_them=True)


def _told(cover: Cover, title: str, texts: Iterable[str], all_of_them: bool = False) -> None:
    found = list(texts)
    if not found:
        return
    cover.section(title)
    shown = found if all_of_them else found[:TOLD]
    for text in shown:
        cover.text(text)
    if len(found) > len(shown):
        cover.text(f"……共 {len(found)} 条，这里只列 {len(shown)} 条，其余见同一文件夹的 summary.json")

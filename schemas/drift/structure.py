"""What differs between two tables as wholes: columns that came and went, their order, and the facts of the table."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from schemas.drift.attributes import named, type_words
from schemas.drift.columns import ColumnPair, ColumnPairing, Hint
from schemas.drift.kinds import difference
from schemas.drift.parts import Parts
from schemas.drift.records import Difference
from schemas.drift.tables import Move, TablePair
from schemas.format import Format, FormatColumn, FormatTable
from schemas.words import plain

CUTS = {"month": "按月", "warehouse": "按库房", "none": "不拆分"}


def delivery_differences(old: Format, new: Format) -> Iterator[Difference]:
    """How files are written as a whole: delimiter, charset, joiner, kinds of file."""
    for kind, title, before, now in (
        ("delimiter_changed", "列分隔符", old.delimiter, new.delimiter),
        ("charset_changed", "字符集", old.charset, new.charset),
        ("joiner_changed", "多个值之间的连接符", old.joiner, new.joiner),
        ("files_changed", "文件种类", "、".join(sorted(old.files)), "、".join(sorted(new.files))),
    ):
        same = plain(before) == plain(now) if kind == "charset_changed" else before == now
        if not same:
            yield difference(kind, "", "", f"{title}由“{before}”变为“{now}”。", old=before, new=now)


def table_differences(pair: TablePair, old: Format, new: Format, columns: ColumnPairing) -> Iterator[Difference]:
    """The facts of a table that differ."""
    a, b = pair.old, pair.new
    if a.name.casefold() != b.name.casefold():
        reason = f"本年的表名为 {b.name}，请客户确认。"
        yield difference("table_renamed", a.name, "", reason, old=a.name, new=b.name, evidence=pair.evidence)
    elif a.name != b.name:
        yield difference("name_case", a.name, "", f"本年写作 {b.name}。", old=a.name, new=b.name)
    if plain(a.title) != plain(b.title):
        yield difference("title_changed", a.name, "", "表的标题不同。", old=a.title, new=b.title)
    if a.mandatory != b.mandatory:
        words = {"old": "必提" if a.mandatory else "选提", "new": "必提" if b.mandatory else "选提"}
        yield difference("table_need_changed", a.name, "", f"由{words['old']}变为{words['new']}。", **words)
    if a.grain and b.grain and plain(a.grain) != plain(b.grain):
        yield difference("grain_changed", a.name, "", "每一行的含义与上年的规定不同。", old=a.grain, new=b.grain)
    if a.note != b.note:
        yield difference("note_changed", a.name, "", "表的说明不同。", old=a.note, new=b.note)
    yield from _files(a, b, old, new)
    yield from _columns_named(a, b, {one.old.name: one.new.name for one in columns.pairs})


def _files(a: FormatTable, b: FormatTable, old: Format, new: Format) -> Iterator[Difference]:
    signs = old.delimiter_of(a), new.delimiter_of(b)
    if a.columns and b.columns and old.delimiter == new.delimiter and signs[0] != signs[1]:
        reason = f"本表的列分隔符由“{signs[0]}”变为“{signs[1]}”。"
        yield difference("delimiter_changed", a.name, "", reason, old=signs[0], new=signs[1])
    if a.split != b.split:
        words = {"old": CUTS.get(a.split, a.split), "new": CUTS.get(b.split, b.split)}
        yield difference("cut_changed", a.name, "", f"文件的拆分由{words['old']}变为{words['new']}。", **words)


def _columns_named(a: FormatTable, b: FormatTable, renamed: dict[str, str]) -> Iterator[Difference]:
    """The key and the date that cuts the period, old names carried over to this year's."""
    if tuple(renamed.get(name, name) for name in a.key) != b.key:
        words = {"old": "、".join(a.key) or "无", "new": "、".join(b.key) or "无"}
        yield difference("key_changed", a.name, "", f"表的主键由 {words['old']} 变为 {words['new']}。", **words)
    before = a.date_field and renamed.get(a.date_field, a.date_field)
    if before != b.date_field:
        words = {"old": a.date_field or "无", "new": b.date_field or "无"}
        reason = f"截取期间的日期列由 {words['old']} 变为 {words['new']}。"
        yield difference("period_column_changed", a.name, "", reason, **words)


def missing_table(table: FormatTable) -> Difference:
    """A table that is gone."""
    reason = (
        f"上年的{'必提' if table.mandatory else '选提'}表“{table.title}”本年没有，也没有找到改名、拆分或合并的依据。"
    )
    return difference("table_missing", table.name, "", reason, old=f"{len(table.columns)} 列", new="无")


def added_table(table: FormatTable) -> Difference:
    """A table that is new."""
    reason = f"本年新增的{'必提' if table.mandatory else '选提'}表“{table.title}”。"
    return difference("table_added", table.name, "", reason, old="无", new=f"{len(table.columns)} 列")


def moved_columns(move: Move) -> Difference:
    """The report of columns that stand in another table now, once per pair of tables."""
    shown = [one.old.name if one.old.name == one.new.name else f"{one.old.name}→{one.new.name}" for one in move.columns]
    words = {
        "table_split": f"本表的 {len(shown)} 列本年拆分到新表 {move.new.name} 中",
        "table_merged": f"本表的 {len(shown)} 列本年并入 {move.new.name} 表",
        "columns_moved": f"本表的 {len(shown)} 列本年移到 {move.new.name} 表",
    }
    reason = f"{words[move.kind]}，请客户确认。"
    evidence = f"在 {move.new.name} 中找到：{'、'.join(shown)}"
    return difference(move.kind, move.old.name, "", reason, old=move.old.name, new=move.new.name, evidence=evidence)


def missing_columns(columns: Sequence[FormatColumn], hints: Sequence[Hint] = ()) -> Iterator[Difference]:
    """Columns that are gone, with what they may have become."""
    for column in columns:
        reason = f"上年的列“{column.label or column.name}”本年没有。"
        words = [f"可能改名为 {named(hint.new)}：{hint.evidence}" for hint in hints if hint.old is column]
        yield difference(
            "column_missing",
            column.table,
            column.name,
            reason,
            old=type_words(column),
            new="无",
            evidence="；".join(words),
        )


def added_columns(table: str, new: FormatTable, columns: ColumnPairing) -> Iterator[Difference]:
    """Columns that are new, apart by whether all columns of the prior year stand before them."""
    place = {id(column): number for number, column in enumerate(new.columns)}
    last = max((place[id(pair.new)] for pair in columns.pairs), default=-1)
    for column in columns.added:
        kind = "column_appended" if place[id(column)] > last else "column_inserted"
        where = "末尾" if kind == "column_appended" else f"第 {place[id(column)] + 1} 列处"
        reason = f"本年在{where}增加了列“{column.label or column.name}”。"
        words = [f"可能由 {named(hint.old)} 改名：{hint.evidence}" for hint in columns.hints if hint.new is column]
        yield difference(kind, table, column.name, reason, old="无", new=type_words(column), evidence="；".join(words))


def order_difference(table: str, new: FormatTable, pairs: Sequence[ColumnPair]) -> Iterator[Difference]:
    """Once per table: the smallest set of columns that moved; the others keep the order of the prior year."""
    place = {id(column): number for number, column in enumerate(new.columns)}
    places = [place[id(pair.new)] for pair in pairs]
    kept = set(_longest_rising(places))
    moved = [pair for pair, where in zip(pairs, places, strict=True) if where not in kept]
    if moved:
        before = {id(pair.old): number for number, pair in enumerate(pairs, 1)}
        now = {where: number for number, where in enumerate(sorted(places), 1)}
        evidence = "、".join(f"{pair.old.name}（{before[id(pair.old)]}→{now[place[id(pair.new)]]}）" for pair in moved)
        reason = f"共同的 {len(pairs)} 列中有 {len(moved)} 列换了位置，其余各列的先后次序不变。"
        names = "、".join(pair.old.name for pair in moved)
        yield difference("order_changed", table, "", reason, old="上年次序", new=f"移动：{names}", evidence=evidence)


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """A longest subsequence in which numbers rise (all of them differ)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        tails[length:] = [number, *tails[length + 1 :]]
        ends[length:] = [index, *ends[length + 1 :]]
    found: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        found.append(numbers[index])
        index = before[index]
    return found[::-1]


def part_difference(kind: str, table: str, parts: Parts) -> Difference:
    """A column that was split in two (`column_split`), or two that were merged (`column_merged`)."""
    whole, halves = named(parts.whole), f"{named(parts.first)}；{named(parts.second)}"
    if kind == "column_split":
        reason = f"一列分为 {parts.first.name} 和 {parts.second.name} 两列，请客户确认。"
        return difference(kind, table, parts.whole.name, reason, old=whole, new=halves, evidence=parts.evidence)
    reason = f"{parts.first.name} 与 {parts.second.name} 两列合为 {parts.whole.name} 一列，请客户确认。"
    return difference(kind, table, parts.first.name, reason, old=halves, new=whole, evidence=parts.evidence)

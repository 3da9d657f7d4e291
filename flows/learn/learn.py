"""Learn a format from a delivery: the order of reading, matching, asking and writing.

The pack is written whole or not at all; `decisions.csv` in its folder holds what a person is asked, and what that
person has answered is read back on the next run.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.duck import literal, open_database, quoted
from flows.learn.decisions import (
    ACCEPT,
    LEAVE,
    NONE,
    TAKE,
    Decisions,
    Question,
    read_decisions,
    still_open,
    unused,
    write_decisions,
)
from flows.learn.delivery import read_delivery
from flows.learn.infer import SERIALS, Inferred, hint, infer
from flows.learn.join import Joined, join
from flows.learn.match import Match, TableMatch, best_format, match_table
from flows.learn.observe import Observed, observe
from flows.learn.pack import Learnt, build_pack, edited_files, seal_files
from flows.learn.profile import profile
from flows.learn.report import write_report
from flows.learn.sheet import Delivery, place_of
from schemas.errors import LearnError
from schemas.format import Format, FormatTable
from schemas.pack import write_pack
from schemas.profile import Profile, write_profile
from schemas.registry import build_format, format_ids, load_format
from schemas.std import MODELS, std_table
from schemas.vocabulary import Vocabulary, vocabulary

BY_HAND = "人工决定"
MEANING, HIDDEN, DAMAGED = "列的含义", "隐藏的工作表", "数据受损"
Tell = Callable[[str], None]


class DamagedError(LearnError):
    """Digits are lost for good; `questions` are what a person may decide about it."""

    def __init__(self, text: str, questions: list[Question]) -> None:
        super().__init__(text)
        self.questions = questions


@dataclass(frozen=True)
class Lesson:
    """What was learnt.

    `questions` are those still open; `unused` answers to questions that are gone; `profile` describes the data;
    `losses` say in Chinese which values could not be read in their column's type.
    """

    form: Format
    profile: Profile
    base: Format | None
    delivery: Delivery
    tables: tuple[Learnt, ...]
    questions: tuple[Question, ...]
    asked: tuple[Question, ...]
    decisions: Decisions
    losses: tuple[str, ...] = ()

    @property
    def unused(self) -> list[Any]:
        """Answers to questions that are no longer asked."""
        return unused(list(self.asked), self.decisions)


def study(
    path: Path, identifier: str, decisions: Decisions, spill: Path, memory: str, threads: int, tell: Tell
) -> Lesson:
    """Learn a format without writing it.

    Args:
        path: the delivery: a folder, a zip, a workbook or a text file.
        identifier: what the format will be called, `<pack>/<edition>`.
        decisions: what a person has answered before.
        spill: room for temporary files.
        memory: DuckDB's memory limit.
        threads: DuckDB's threads.
        tell: takes a line of progress.

    Raises:
        LearnError: nothing can be learnt, or what stands there must not be learnt from.
    """
    words = vocabulary()
    hidden = frozenset(one.table for one in decisions.given if one.kind == HIDDEN and one.answer == TAKE)
    delivery = read_delivery(path, spill, words.words, hidden, tell)
    if not delivery.sheets:
        raise LearnError(
            f"{path} 中没有可以学习的数据表：{'；'.join(note.text for note in delivery.notes) or '没有文件'}。"
        )
    formats = [load_format(name) for name in format_ids()]
    joined, unsure = join(delivery.sheets, delivery.statements, formats, decisions)
    base = best_format(joined, formats, words)
    with open_database(spill, memory, threads) as database:
        tables = _in_order([_table(database, one, base, words, decisions, tell) for one in joined], base)
        _refuse_twice(tables)
        asked = [*_hidden(delivery), *unsure, *(question for one in tables for question in _questions(one))]
        _refuse_damage(tables, decisions, asked)
        title = f"上年交付格式 {identifier}"
        pack = build_pack(list(tables), base, title, f"由 {path.name} 学得，{len(delivery.sheets)} 个文件或工作表")
        form = build_format(pack, identifier)
        data = profile(database, form, _typed(tables), tell, {one.name: _texts(one) for one in tables})
    still = tuple(still_open(asked, decisions))
    return Lesson(form, data, base, delivery, tables, still, tuple(asked), decisions, _losses(tables, data))


def learn(
    path: Path, identifier: str, root: Path, spill: Path, memory: str, threads: int, tell: Tell, force: bool = False
) -> Lesson:
    """Learn a format and write its pack to `<root>/<identifier>`.

    Raises:
        LearnError: as `study`, or somebody has edited the pack of that name (unless `force`); it then stays as it was.
    """
    folder = root / identifier
    edited = [] if force else edited_files(folder)
    if edited:
        raise LearnError(
            f"{folder} 中的 {'、'.join(edited)} 在学习之后改动过，重新学习会覆盖这些改动。请把改动写进一个格式层的"
            " changes.csv，或换一个名称；确要覆盖请加 --force。"
        )
    decisions = read_decisions(folder)
    try:
        lesson = study(path, identifier, decisions, spill, memory, threads, tell)
    except DamagedError as error:
        folder.mkdir(parents=True, exist_ok=True)
        write_decisions(error.questions, decisions, folder)
        raise
    aside = root / f".{identifier.replace('/', '-')}"
    shutil.rmtree(aside, ignore_errors=True)
    write_pack(lesson.form.pack, aside)
    write_profile(lesson.profile, aside)
    write_decisions(list(lesson.asked), decisions, aside)
    write_report(lesson, aside)
    seal_files(aside)
    _exchange(aside, folder)
    return lesson


def _exchange(aside: Path, folder: Path) -> None:
    """Put a new pack in the place of the old one, which stays until the new one is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    old = aside.with_name(f"{aside.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _table(
    database: Any, table: Joined, base: Format | None, words: Vocabulary, decisions: Decisions, tell: Tell
) -> Learnt:
    tell(f"观察 {table.name or table.sheets[0].file}")
    seen = observe(database, table.relation(), table.header, table.rows)
    match = match_table(table, seen, base, words)
    match = _decided(Learnt(table, match, seen, {}), base, decisions)
    types: dict[str, Inferred] = {}
    for name in table.header:
        expected = hint(match.columns[name].known, table.printed(name))
        types[name] = infer(seen[name], table.natives(name), table.decimals(name), expected)
    return Learnt(table, match, seen, types)


def _in_order(tables: list[Learnt], base: Format | None) -> tuple[Learnt, ...]:
    """Tables in the order of the known format, the others behind them as their files come."""
    order = {table.name: place for place, table in enumerate(base.tables)} if base else {}
    return tuple(sorted(tables, key=lambda one: order.get(one.match.known.name if one.match.known else "", len(order))))


def _decided(one: Learnt, base: Format | None, decisions: Decisions) -> TableMatch:
    """The match with the answers of a person laid over it: a known column, a std field, or nothing."""
    columns = dict(one.match.columns)
    for name in columns:
        answer = decisions.answer(MEANING, one.name, name)
        if answer:
            columns[name] = _answered(answer, one, base)
    taken = {match.known.name: name for name, match in columns.items() if match.known is not None}
    for name, match in columns.items():
        if match.known is not None and taken[match.known.name] != name:
            raise LearnError(
                f"decisions.csv 把 {one.name} 的 {name} 和 {taken[match.known.name]} 都对应到 {match.known.name}："
                "一列只能对应一次，请改正其中一个。"
            )
    return TableMatch(one.match.known, one.match.share, columns)


def _answered(answer: str, one: Learnt, base: Format | None) -> Match:
    sure = Decimal(1)
    if answer == NONE:
        return Match(sure=sure, evidence=BY_HAND)
    known = one.match.known
    column = next((c for c in known.columns if answer in (c.name, f"{known.name}.{c.name}")), None) if known else None
    if column is not None:
        return Match(column, column.std_field, sure, BY_HAND)
    std, _, field = answer.partition(".")
    if std in MODELS and field in {one.name for one in std_table(std).columns}:
        return Match(None, answer, sure, BY_HAND)
    raise LearnError(
        f"decisions.csv 中对 {one.name} 的决定“{answer}”看不懂：应为{base.id if base else '已知格式'}中的列名、"
        f"标准字段（如 settlement.setl_id）或“{NONE}”。"
    )


def _refuse_twice(tables: tuple[Learnt, ...]) -> None:
    names = [one.name for one in tables]
    for one in tables:
        if names.count(one.name) > 1:
            places = "、".join(
                place_of(other.table.sheets[0].file, other.table.sheets[0].sheet)
                for other in tables
                if other.name == one.name
            )
            raise LearnError(f"有两张不同的表都像 {one.name}：{places}。请把文件或工作表改成各自的表名后再学习。")


def _hidden(delivery: Delivery) -> list[Question]:
    return [
        Question(HIDDEN, note.place, "", note.text, LEAVE, "", "工作表被隐藏")
        for note in delivery.notes
        if note.kind == "hidden_sheet"
    ]


def _questions(one: Learnt) -> list[Question]:
    found = []
    for name, match in one.match.columns.items():
        if match.asked or match.evidence == BY_HAND:
            proposal = match.known.name if match.known else match.std_field or NONE
            text = f"这一列对应哪一列（填列名、标准字段或“{NONE}”）"
            sure = "1.00" if match.evidence == BY_HAND else f"{match.sure:.2f}"
            found.append(Question(MEANING, one.name, name, text, proposal, sure, match.evidence))
        if one.types[name].damaged:
            text = "；".join(one.types[name].remarks)
            found.append(Question(DAMAGED, one.name, name, text, "请换原始文件；只学列名和次序可填“接受”"))
    return found


def _refuse_damage(tables: tuple[Learnt, ...], decisions: Decisions, asked: list[Question]) -> None:
    """Identifiers that Excel has rounded cannot be compared with anything: only a person may overrule that."""
    for one in tables:
        for name, kind in one.types.items():
            if kind.damaged and decisions.answer(DAMAGED, one.name, name) != ACCEPT:
                place = place_of(one.table.sheets[0].file, one.table.sheets[0].sheet)
                raise DamagedError(
                    f"{place} 的 {name} 一列有 {kind.remarks[0]}，不能据此学习。请向客户要未经 Excel 打开另存的原始"
                    f"文件；若只需要列名和次序，可在 decisions.csv 的“{DAMAGED}”一行把决定填为“{ACCEPT}”。",
                    asked,
                )


def _typed(tables: tuple[Learnt, ...]) -> Callable[[FormatTable], str | None]:
    """SQL that gives a learnt table's rows in its types; what does not fit is NULL (and stands in the remarks)."""
    by_name = {one.name: one for one in tables}

    def relation(table: FormatTable) -> str | None:
        one = by_name[table.name]
        listed = ", ".join(
            f"{_cast(name, one.types[name], one.seen[name])} AS {quoted(name)}" for name in one.table.header
        )
        return f"(SELECT {listed} FROM {one.table.relation()})"

    return relation


def _texts(one: Learnt) -> dict[str, Observed]:
    """What was observed of the columns that stay text: typed, they are no different."""
    return {name: seen for name, seen in one.seen.items() if one.types[name].kind == "text"}


def _cast(name: str, kind: Inferred, seen: Observed) -> str:
    """SQL that gives a column in its type: every way in which its values were seen to be written is tried."""
    column = quoted(name)
    if kind.kind == "text":
        return column
    if kind.kind == "decimal":
        return f"TRY_CAST(replace({column}, ',', '') AS DECIMAL({kind.precision},{kind.scale}))"
    wanted = "DATE" if kind.kind == "date" else "TIMESTAMP"
    tried = [f"TRY_STRPTIME({column}, {literal(pattern)})" for pattern in sorted(seen.dates)]
    if kind.pattern == "%Y%m%d":
        tried.append(f"TRY_STRPTIME({column}, '%Y%m%d')")
    elif set(seen.forms) & {"digits", "decimal"}:
        low, high = SERIALS
        days = f"TRY_CAST({column} AS DECIMAL(38,9))"
        moment = f"TIMESTAMP '1899-12-30' + to_seconds(CAST(round({days} * 86400) AS BIGINT))"
        tried.append(f"CASE WHEN {days} BETWEEN {low} AND {high} THEN {moment} END")
    return f"CAST(coalesce({', '.join(tried)}) AS {wanted})" if tried else f"CAST(NULL AS {wanted})"


def _losses(tables: tuple[Learnt, ...], data: Profile) -> tuple[str, ...]:
    """Chinese: the values that could not be read as what their column is; the profile counts them as empty."""
    lines = []
    for one in tables:
        typed = data.table(one.name)
        for name, seen in one.seen.items():
            column = typed.column(name) if typed else None
            lost = seen.filled - column.filled if column and one.types[name].kind != "text" else 0
            if lost:
                lines.append(f"{one.name}.{name}：{lost} 个值读不出，概况中按空值计")
    return tuple(lines)

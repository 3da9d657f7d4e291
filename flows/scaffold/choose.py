"""Which source tables feed which std table: the best that the dossier is sure of, both sides of two."""

from dataclasses import replace
from functools import cache
from typing import Any

from flows.scaffold.columns import Context, date_column, map_columns, own_number
from flows.scaffold.draft import INPATIENT, OUTPATIENT, Candidate, Draft, Feed, Found, Place, side_of, sideless
from flows.scaffold.institution import INSTITUTION, org_column
from schemas.errors import SettingsError
from schemas.reference import REFERENCE, read_toml
from schemas.std import MODELS, std_table

FEE, SETTLEMENT = "fee_line", "settlement"
NOT_FOUND = "脚手架：未找到可以对应的表"


@cache
def rules() -> dict[str, Any]:
    """`reference/scaffold.toml`."""
    return read_toml(REFERENCE / "scaffold.toml")


def draft_of(found: Found, name: str, title: str, place: Place | None) -> Draft:
    """Decide everything that the adapter is written from.

    Args:
        found: what the dossier has.
        name: the adapter's name.
        title: its title, Chinese.
        place: the institution, where it is to stand as a literal.

    Raises:
        SettingsError: nobody knows the code of the institution.
    """
    chosen, todos = _chosen(found)
    chosen, more = _settlements(chosen)
    context = _context(found, chosen, place)
    feeds: dict[str, tuple[Feed, ...]] = {}
    codes: dict[str, dict[str, str]] = {}
    for std, candidates in chosen.items():
        if std == INSTITUTION and place:
            continue
        fed = []
        for candidate in candidates:
            feed, own = map_columns(std, candidate, context)
            fed.append(feed)
            codes |= own
        feeds[std] = tuple(fed)
    absent = {std: _why_absent(std, found) for std in MODELS if std not in feeds and not (std == INSTITUTION and place)}
    return Draft(name, title, feeds, absent, codes, place, (*todos, *more))


def _chosen(found: Found) -> tuple[dict[str, tuple[Candidate, ...]], list[str]]:
    """The candidates of each std table; a source table goes where it fits best, or to all of one family."""
    order = list(MODELS)
    ranked = sorted(
        (
            (-one.score, order.index(std), place, std, one)
            for std, candidates in found.candidates.items()
            for place, one in enumerate(candidates)
            if one.score >= rules()["table"] and one.rows != 0 and _has_needed(std, one)
        ),
        key=lambda entry: entry[:3],
    )
    chosen: dict[str, tuple[Candidate, ...]] = {}
    used: dict[str, str] = {}
    for *_, std, one in ranked:
        if std in chosen or not _may_share(std, used.get(one.table.name)) or _behind_lines(std, one, chosen, found):
            continue
        chosen[std] = (one, *_siblings(one, found.candidates[std], used, std))
        for each in chosen[std]:
            used.setdefault(each.table.name, std)
    todos = [
        f"{std}（{std_table(std).title}）取自 {fed[0].table.name}，另有候选 {'、'.join(others)}，请核对"
        for std, fed in chosen.items()
        if (others := _rivals(fed, found.candidates[std]))
    ]
    return {std: chosen[std] for std in MODELS if std in chosen}, todos


def _has_needed(std: str, one: Candidate) -> bool:
    """Whether the table has columns for what the std table cannot do without."""
    return all(
        any(choice.score >= rules()["column"] for choice in one.columns.get(name, ()))
        for name in rules()["needs"].get(std, ())
    )


def _behind_lines(std: str, one: Candidate, chosen: dict[str, tuple[Candidate, ...]], found: Found) -> bool:
    """Whether the lines of fees themselves look more like settlements than this table does."""
    lines = {line.table.name for line in chosen.get(FEE, ())}
    return std == SETTLEMENT and any(
        other.table.name in lines and other.score >= one.score for other in found.candidates[SETTLEMENT]
    )


def _may_share(std: str, other: str | None) -> bool:
    return other is None or any({std, other} <= set(family) for family in rules()["share"])


def _siblings(best: Candidate, candidates: tuple[Candidate, ...], used: dict[str, str], std: str) -> list[Candidate]:
    """The tables of the other side: the same name but for `mz` and `zy`."""
    side = side_of(best.table)
    if not side:
        return []
    other = {OUTPATIENT: INPATIENT, INPATIENT: OUTPATIENT}[side]
    return [
        one
        for one in candidates
        if one.rows != 0
        and side_of(one.table) == other
        and sideless(one.table.name) == sideless(best.table.name)
        and _may_share(std, used.get(one.table.name))
    ]


def _rivals(fed: tuple[Candidate, ...], candidates: tuple[Candidate, ...]) -> list[str]:
    """Tables that were not taken though they are nearly as likely."""
    taken = {one.table.name for one in fed}
    return [
        one.table.name
        for one in candidates[:6]
        if one.table.name not in taken and one.rows != 0 and one.score * 10 >= fed[0].score * 8
    ]


def _settlements(
    chosen: dict[str, tuple[Candidate, ...]],
) -> tuple[dict[str, tuple[Candidate, ...]], list[str]]:
    """Where no table of settlements is found, each line of fees stands as a settlement of its own."""
    if SETTLEMENT in chosen or FEE not in chosen:
        return chosen, []
    lines = tuple(replace(one, columns=_as_settlement(one)) for one in chosen[FEE])
    todo = (
        "没有找到有数据的结算表：暂把每条费用明细当作一次结算，金额不会错，但结算单数与结算号要改；"
        "请查明收费时怎样归并成一次结算，改写 settlement.sql 与 fee_line.sql"
    )
    with_lines = {**chosen, SETTLEMENT: lines}
    return {std: with_lines[std] for std in MODELS if std in with_lines}, [todo]


def _as_settlement(line: Candidate) -> dict[str, Any]:
    """The choices of a fee line, named as a settlement has them."""
    same = {"mdtrt_id": "mdtrt_id", "psn_no": "psn_no", "medfee_sumamt": "det_item_fee_sumamt"}
    renamed = {"dept_codg": "bilg_dept_codg", "dr_codg": "bilg_dr_codg"}
    times = ("fee_ocur_time", "bilg_time")
    kept = {name: line.columns[name] for name in times if name in line.columns}
    return kept | {new: line.columns[old] for new, old in {**same, **renamed}.items() if old in line.columns}


def _context(found: Found, chosen: dict[str, tuple[Candidate, ...]], place: Place | None) -> Context:
    """What every table must know of the others: numbers of their own, the institution's column, the sides."""
    org = ""
    if place is None:
        org = org_column(chosen.get(INSTITUTION, ()))
        if not org:
            raise SettingsError("概览中没有找到带机构编码的机构表；请加 --org 编码 --org-name 名称，把机构写入初稿。")
    numbers = {
        (std, side_of(one.table)): (one.table.name, own_number(std, one, org))
        for std, candidates in chosen.items()
        for one in candidates
    }
    sides = {side_of(one.table) for std in (SETTLEMENT, FEE) for one in chosen.get(std, ())}
    dates = {one.table.name: date_column(std, one, found) for std in (SETTLEMENT, FEE) for one in chosen.get(std, ())}
    return Context(rules(), org, place, numbers, {OUTPATIENT, INPATIENT} <= sides, dates, found)


def _why_absent(std: str, found: Found) -> str:
    empty = [one.table.name for one in found.candidates.get(std, ())[:3] if one.rows == 0]
    return NOT_FOUND + (f"（候选 {'、'.join(empty)} 没有数据）" if empty else "")

"""Size and growth, indexes, temporary and large tables."""

from collections.abc import Iterator

from schemas.inspection import Finding, Guide, SourceFacts, TableFacts
from schemas.quantity import change_text, size_text
from schemas.result import Outcome

_EXPRESSION = "(expression)"


def tables(facts: SourceFacts, before: SourceFacts | None, guide: Guide) -> Iterator[Finding]:
    """Everything that sizes, names and indexes of tables say."""
    known = facts.size is not None
    yield guide.finding(
        "size",
        Outcome.PASSED if known else Outcome.NOT_VERIFIED,
        value=size_text(facts.size),
        trend=change_text(facts.size, before.size if before else None, sized=True),
        reason=f"表和视图共 {len(facts.tables)} 个" if known else facts.answers["size"].untold,
    )
    yield from _growth(facts, before, guide)
    yield from _indexes(facts, guide)
    yield from _duplicates(facts, guide)
    yield from _temporary(facts, before, guide)
    yield from _large(facts, guide)


def rows_text(table: TableFacts) -> str:
    """The number of rows, and that it is an estimate where it is one."""
    if table.rows is None:
        return "行数未知"
    return f"{table.rows:,} 行{'' if table.counted else '（引擎估计）'}"


def _growth(facts: SourceFacts, before: SourceFacts | None, guide: Guide) -> Iterator[Finding]:
    limits = guide.limits
    threshold = f"增长超过 {limits.growth_percent}% 且 {limits.growth_rows:,} 行，减少超过 {limits.shrink_percent}%"
    if before is None:
        yield guide.finding("growth", Outcome.NOT_VERIFIED, threshold=threshold, reason="首次巡检，没有可比的记录")
        return
    found, compared, unknown = [], 0, 0
    for name, table in facts.tables.items():
        then = before.tables.get(name)
        if not table.read or then is None:
            continue
        if table.rows is None or then.rows is None:
            unknown += 1
            continue
        compared += 1
        gained = table.rows - then.rows
        grown = gained >= limits.growth_rows and gained * 100 > then.rows * limits.growth_percent
        if grown or -gained * 100 > then.rows * limits.shrink_percent:
            trend = change_text(table.rows, then.rows)
            wording = "两次都是准确行数" if table.counted and then.counted else "有一次是引擎的估计，不是准确行数"
            found.append((name, rows_text(table), trend, wording))
    for name, value, trend, reason in found:
        yield guide.finding(
            "growth", Outcome.WARNED, table=name, value=value, threshold=threshold, trend=trend, reason=reason
        )
    if not found:
        outcome = Outcome.PASSED if compared else Outcome.NOT_VERIFIED
        reason = f"另有 {unknown} 张表行数未知，没有比较" if unknown else ""
        yield guide.finding("growth", outcome, value=f"比较了 {compared} 张表", threshold=threshold, reason=reason)


def _indexes(facts: SourceFacts, guide: Guide) -> Iterator[Finding]:
    least = guide.limits.index_rows
    threshold = f"不少于 {least:,} 行的表，主键和日期列要有索引"
    if not facts.answers["unused"].applies:
        yield guide.finding("index", Outcome.NOT_APPLICABLE, reason=facts.answers["unused"].untold)
        return
    found, checked, unknown = [], 0, 0
    for table in facts.tables.values():
        if not table.read or table.is_view:
            continue
        if table.rows is None:
            unknown += 1
        elif table.rows >= least:
            checked += 1
            if wanted := _unindexed(table, facts):
                found.append((table, wanted))
    for table, wanted in found:
        yield guide.finding(
            "index",
            Outcome.WARNED,
            table=table.name,
            value="、".join(wanted),
            threshold=threshold,
            reason=rows_text(table),
        )
    if not found:
        outcome = Outcome.PASSED if checked else Outcome.NOT_VERIFIED if unknown else Outcome.NOT_APPLICABLE
        reason = f"另有 {unknown} 张表行数未知，没有检查" if unknown else "" if checked else "没有这么大的表"
        yield guide.finding("index", outcome, value=f"检查了 {checked} 张表", threshold=threshold, reason=reason)


def _unindexed(table: TableFacts, facts: SourceFacts) -> list[str]:
    leading = {columns[0] for columns in (*table.indexes.values(), table.key) if columns}
    seen = facts.activity.get(table.name)
    wanted = [] if table.key or table.unique else ["主键"]
    if seen and seen.column in table.columns and seen.column not in leading:
        wanted.append(f"日期列 {seen.column}")
    return wanted


def _duplicates(facts: SourceFacts, guide: Guide) -> Iterator[Finding]:
    if not facts.answers["unused"].applies:
        yield guide.finding("duplicate", Outcome.NOT_APPLICABLE, reason=facts.answers["unused"].untold)
        return
    found = [(table.name, pairs) for table in facts.tables.values() if (pairs := _covered(table))]
    for name, pairs in found:
        value = "；".join(f"{less} 已被 {more} 覆盖" for less, more in pairs)
        yield guide.finding(
            "duplicate", Outcome.WARNED, table=name, value=value, reason="按列比较得出；部分索引和索引类型没有区分"
        )
    if not found:
        yield guide.finding("duplicate", Outcome.PASSED, value=f"检查了 {len(facts.tables)} 张表")


def _covered(table: TableFacts) -> list[tuple[str, str]]:
    """Pairs (index, other): the index is not unique, and the other begins with all its columns."""
    pairs = []
    for name, columns in table.indexes.items():
        if name in table.unique or _EXPRESSION in columns:
            continue
        for other, theirs in table.indexes.items():
            starts = theirs[: len(columns)] == columns
            same = theirs == columns and other not in table.unique
            if other != name and starts and not (same and other > name):
                pairs.append((name, other))
                break
    return pairs


def _temporary(facts: SourceFacts, before: SourceFacts | None, guide: Guide) -> Iterator[Finding]:
    found = [table for table in facts.tables.values() if guide.is_temporary(table)]
    changed = {row[0]: row[1] for row in facts.answers["changed"].rows}
    untold = facts.answers["changed"].untold
    for table in found:
        then = before.tables.get(table.name) if before else None
        yield guide.finding(
            "temporary",
            Outcome.WARNED,
            table=table.name,
            value="，".join(part for part in (rows_text(table), size_text(table.size)) if part),
            trend=change_text(table.size, then.size if then else None, sized=True) or ("上次没有" if before else ""),
            reason=f"最后改动：{changed.get(table.name) or '不明' + (f'（{untold}）' if untold else '')}",
        )
    if not found:
        yield guide.finding("temporary", Outcome.PASSED, value="没有")


def _large(facts: SourceFacts, guide: Guide) -> Iterator[Finding]:
    most = guide.limits.split_rows
    found = [one for one in facts.tables.values() if one.rows is not None and one.rows > most and not one.is_view]
    unknown = sum(one.rows is None and not one.is_view for one in facts.tables.values())
    for table in found:
        yield guide.finding(
            "split",
            Outcome.WARNED,
            table=table.name,
            value=rows_text(table),
            threshold=f"{most:,} 行",
            reason=size_text(table.size),
        )
    if not found:
        reason = f"{unknown} 张表行数未知" if unknown else ""
        outcome = Outcome.NOT_VERIFIED if unknown and unknown == len(facts.tables) else Outcome.PASSED
        yield guide.finding("split", outcome, value="没有", threshold=f"{most:,} 行", reason=reason)

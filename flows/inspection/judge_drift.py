"""What changed in the structure of a source since last time, and whether all that is read is still there."""

from collections.abc import Iterator

from schemas.adapter import Adapter, RawTable
from schemas.inspection import Finding, Guide, SourceFacts, TableFacts
from schemas.result import Outcome


def present(facts: SourceFacts, adapter: Adapter, guide: Guide) -> Iterator[Finding]:
    """Tables and columns that the adapter reads and the source has not.

    What only some formats ask for (`serves`, `on_demand`) is a hint; all else stands in the way of an export.
    """
    lacking = list(_lacking(facts, adapter))
    for name, value, optional in lacking:
        outcome = Outcome.WARNED if optional else Outcome.FAILED
        reason = "只有部分格式需要" if optional else "导出时会中止"
        yield guide.finding("present", outcome, table=name, value=value, reason=reason)
    if not lacking:
        value = f"{len(adapter.tables)} 张表的列都在"
        yield guide.finding("present", Outcome.PASSED, value=value)


def _lacking(facts: SourceFacts, adapter: Adapter) -> Iterator[tuple[str, str, bool]]:
    for name, raw in adapter.tables.items():
        table = facts.tables.get(name)
        if table is None:
            yield name, "没有这张表，或账户无权读取", bool(raw.serves)
            continue
        needed = [one for one in dict.fromkeys((*raw.key, *raw.columns)) if one not in table.columns]
        wished = [one for one in raw.on_demand if one not in table.columns]
        if needed:
            yield name, f"没有列 {'、'.join(needed)}", bool(raw.serves)
        if wished:
            yield name, f"没有列 {'、'.join(wished)}", True


def drift(facts: SourceFacts, before: SourceFacts | None, adapter: Adapter, guide: Guide) -> Iterator[Finding]:
    """Tables and columns added, removed, retyped; keys and indexes changed. Temporary tables come and go by nature."""
    if before is None:
        yield guide.finding("drift", Outcome.NOT_VERIFIED, reason="首次巡检，没有可比的记录")
        return
    found = [
        one
        for name in sorted(facts.tables.keys() | before.tables.keys())
        if (one := _changed(before.tables.get(name), facts.tables.get(name), adapter.tables.get(name), guide))
    ]
    yield from found
    if not found:
        yield guide.finding("drift", Outcome.PASSED, value=f"{len(facts.tables)} 张表与上次相同")


def _changed(then: TableFacts | None, now: TableFacts | None, raw: RawTable | None, guide: Guide) -> Finding | None:
    either = now or then
    if either is None or guide.is_temporary(either):
        return None
    if then is None or now is None:
        words = ["新增的表" if then is None else "表没有了"]
        harms = now is None and raw is not None
    else:
        words, touched = _differences(then, now)
        harms = raw is not None and bool(touched & {*raw.key, *raw.columns, *raw.on_demand})
    if not words:
        return None
    outcome = Outcome.FAILED if harms else Outcome.WARNED
    reason = "导出要读取的表或列" if harms else "" if raw else "导出不读取这张表"
    return guide.finding("drift", outcome, table=either.name, value="；".join(words), reason=reason)


def _differences(then: TableFacts, now: TableFacts) -> tuple[list[str], set[str]]:
    """What changed, in words, and the columns that are gone or of another type."""
    added = [name for name in now.columns if name not in then.columns]
    gone = [name for name in then.columns if name not in now.columns]
    retyped = [name for name, kind in now.columns.items() if then.columns.get(name, kind) != kind]
    words = [
        *([f"新增列 {'、'.join(added)}"] if added else []),
        *([f"少了列 {'、'.join(gone)}"] if gone else []),
        *(f"列 {name} 的类型由 {then.columns[name]} 变为 {now.columns[name]}" for name in retyped),
    ]
    if then.key != now.key:
        words.append(f"主键由（{'、'.join(then.key) or '无'}）变为（{'、'.join(now.key) or '无'}）")
    words += [f"新增索引 {name}" for name in now.indexes if name not in then.indexes]
    words += [f"少了索引 {name}" for name in then.indexes if name not in now.indexes]
    kept = [name for name in now.indexes if name in then.indexes]
    words += [f"索引 {name} 改了列" for name in kept if then.indexes[name] != now.indexes[name]]
    return words, {*gone, *retyped}

"""What `feijian sync` and `feijian lake` do."""

from argparse import Namespace
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from exports.lake import Lake, open_lake
from exports.lake.catalogue import broken_parts
from flows.commands import say
from flows.lake.sync import SyncResult, sync
from flows.progress import progress
from flows.run import disk_errors
from flows.settings import Window, load_settings, parse_day
from schemas.adapter import COMMISSION, load_adapter
from schemas.commission.columns import Reveals
from schemas.commission.std import MODELS, SYSTEMS, lake_table
from schemas.errors import SettingsError


def sync_sources(options: Namespace) -> int:
    """Bring the named sources, or all of the commission's, into the lake; 1 when some rows were not as they should be.

    Raises:
        SettingsError: no source is configured, or a date is wrong.
    """
    settings = load_settings()
    names = options.source or [
        name
        for name, one in settings.sources.items()
        if one.adapter and load_adapter(one.adapter, (settings.adapters,)).model == COMMISSION
    ]
    if not names:
        raise SettingsError("feijian.toml 中没有供卫健委查询的数据源；请在 [sources.名称] 写明 adapter 与 url_env。")
    if bool(options.date_from) != bool(options.date_to):
        raise SettingsError("--from 与 --to 要一起写。")
    window = Window(parse_day(options.date_from), parse_day(options.date_to)) if options.date_from else None
    results = []
    for name in names:
        with progress(f"同步 {name}", options.json), disk_errors():
            results.append(sync(settings, name, lambda line: None, window=window, full=options.full))
    lines = [line for result in results for line in _told(result)]
    say(options, {"sources": [_record(result) for result in results]}, lines)
    return 1 if any(result.unread or result.broken or _keyless(result) for result in results) else 0


def _keyless(result: SyncResult) -> int:
    return sum(one.keyless for one in result.merged)


def _record(result: SyncResult) -> dict[str, Any]:
    return {
        "source": result.source,
        "adapter": result.adapter,
        "partitions": result.changed,
        "raw": {one.table: {"rows": one.rows, "source_rows": one.counted, "whole": one.whole} for one in result.raw},
        "tables": {
            one.table: {key: value for key, value in asdict(one).items() if key not in ("parts", "table")}
            for one in result.merged
        },
        "unreadable": [asdict(one) for one in result.unread],
        "broken": [asdict(one) for one in result.broken],
        "reread": list(result.reread),
    }


def _told(result: SyncResult) -> list[str]:
    read = sum(one.read for one in result.merged)
    gone, doubled = (sum(getattr(one, name) for one in result.merged) for name in ("gone", "doubled"))
    lines = [f"{result.source}：读取 {read} 行，{result.changed} 个分区有变化。"]
    lines += [f"  源库中已删除 {gone} 行，已随之去掉（重读 {'、'.join(result.reread) or '—'}）。"] if gone else []
    lines += [f"  主键重复 {doubled} 行，各保留最后更新的一行。"] if doubled else []
    lines += [f"  缺少主键 {_keyless(result)} 行，没有进入数据湖，请在源库补全。"] if _keyless(result) else []
    for lost in result.unread:
        lines.append(
            f"  {lost.table}.{lost.column} 有 {lost.rows} 个值读不出，按空值处理，如 {'、'.join(lost.named)}。"
        )
    for one in result.broken:
        title = lake_table(one.table).title
        lines.append(f"  {title}（{one.table}）的 {one.column} 有 {one.rows} 行不合要求，如 {'、'.join(one.named)}。")
    return lines


def list_lake(options: Namespace) -> int:
    """List every table that has rows, by system."""
    lake = open_lake(load_settings().lake)
    records = [_summary(lake, name) for name in MODELS if lake.of(name)]
    lines = [f"{'表':<20}{'行数':>8}{'机构':>6}{'分区':>6}　最近业务日期　名称"]
    for record in records:
        lines.append(
            f"{record['table']:<21}{record['rows']:>9}{record['institutions']:>7}{record['partitions']:>8}"
            f"　{record['last'] or '—':<12}　{record['title']}（{record['system_title']}）"
        )
    synced = {name: asdict(one) for name, one in lake.sources.items()}
    lines += [f"数据源 {name}（{one['adapter']}）：最近同步 {one['at']}" for name, one in synced.items()]
    if not records:
        lines = ["数据湖中还没有数据。请先运行 feijian sync。"]
    say(options, {"tables": records, "sources": synced}, lines)
    return 0


def _summary(lake: Lake, name: str) -> dict[str, Any]:
    parts = lake.of(name)
    return {
        "table": name,
        "title": lake_table(name).title,
        "system": lake_table(name).system,
        "system_title": SYSTEMS[lake_table(name).system],
        "rows": sum(part.rows for part in parts),
        "deleted": sum(part.deleted for part in parts),
        "institutions": len({part.inst for part in parts}),
        "partitions": len(parts),
        "first": min((part.first for part in parts if part.first), default=None),
        "last": max((part.last for part in parts if part.last), default=None),
        "changed": max((part.changed for part in parts if part.changed), default=None),
        "bytes": sum((lake.folder / part.path).stat().st_size for part in parts),
    }


def show_table(options: Namespace) -> int:
    """Show one table: its columns with what they reveal and who may see them, rows by institution and month.

    Raises:
        SettingsError: there is no such table.
    """
    if options.table not in MODELS:
        raise SettingsError(f"没有表 {options.table}。用 feijian lake list 查看全部。")
    table, lake = lake_table(options.table), open_lake(load_settings().lake)
    columns = [
        {"name": one.name, "title": one.title, "reveals": str(table.reveals[one.name])} for one in table.spec.columns
    ]
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for part in lake.of(options.table):
        months[part.inst][part.month] = months[part.inst].get(part.month, 0) + part.rows
    lines = [f"{table.title}（{table.name}，{SYSTEMS[table.system]}）　敏感人群：{table.overlay}", ""]
    lines += [f"  {one['name']:<22}{one['title']}{_seen(one['reveals'])}" for one in columns]
    lines += [
        "",
        *(f"  {inst}：{'，'.join(f'{m} {n} 行' for m, n in sorted(by.items()))}" for inst, by in months.items()),
    ]
    record = {
        **_summary(lake, options.table),
        "columns": columns,
        "overlay": str(table.overlay),
        "by_institution": months,
    }
    say(options, record, lines)
    return 0


def _seen(reveals: str) -> str:
    return "" if reveals == Reveals.NOTHING else f"　涉及{reveals}：B 类去标识，C 类脱敏，D 类原样"


def check_lake(options: Namespace) -> int:
    """Hold every file to its checksum; 1 when one is not what the catalogue says."""
    lake = open_lake(load_settings().lake)
    broken = broken_parts(lake)
    lines = [f"损坏或缺失：{part.path}（{lake_table(part.table).title}，{part.rows} 行）" for part in broken]
    lines += [f"共 {len(lake.parts)} 个文件，{len(broken)} 个有问题。"]
    if broken:
        lines.append("请对这些数据源运行 feijian sync --full 重新同步。")
    say(options, {"files": len(lake.parts), "broken": [part.path for part in broken]}, lines)
    return 1 if broken else 0

"""What `feijian format …` does, and how it tells."""

import re
import tempfile
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from flows.commands import say
from flows.progress import progress
from flows.run import disk_errors
from flows.settings import load_settings
from schemas.errors import FeijianError, SettingsError
from schemas.format import Format, FormatTable

IDENTIFIER = r"[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9_.-]*"
NEEDS = {"always": "必填", "no": "", "when": "有条件必填"}


def list_formats(options: Namespace) -> int:
    """List every format and layer, shipped or the customer's own; 2 when one of them cannot be read."""
    from schemas.registry import format_ids, load_format

    roots = (load_settings().formats,)
    records: list[dict[str, Any]] = []
    lines: list[str] = []
    code = 0
    for name in format_ids(roots):
        try:
            form = load_format(name, roots=roots)
        except FeijianError as error:
            code = max(code, error.exit_code)
            records.append({"id": name, "error": str(error)})
            lines.append(f"{name:<16}不能使用：{error}")
            continue
        columns = sum(len(table.columns) for table in form.tables)
        record = {"id": name, "title": form.title, "tables": len(form.tables), "columns": columns}
        records.append({**record, "layers": form.layers})
        layers = f"　各层：{' ← '.join(form.layers)}" if len(form.layers) > 1 else ""
        lines.append(f"{name:<16}{len(form.tables):>3} 张表 {columns:>4} 列　{form.title}{layers}")
    say(options, {"formats": records}, lines)
    return code


def show_format(options: Namespace) -> int:
    """Show the tables of a format, or the columns of one of them, with what its layers changed."""
    from schemas.registry import load_format

    form = load_format(options.form, tuple(options.overlay), (load_settings().formats,))
    tables = [table for table in form.tables if options.table in (None, table.name)]
    if not tables:
        known = "、".join(one.name for one in form.tables)
        raise SettingsError(f"格式 {form.id} 没有表 {options.table}；现有：{known}。")
    lines = [f"{form.id}　{form.title}", f"依据：{form.source}", ""]
    for table in tables:
        need = "必提" if table.mandatory else "选提"
        key = "、".join(table.key) or "无"
        lines.append(f"{table.name}　{table.title}　{need}　{len(table.columns)} 列　主键 {key}")
        lines += _columns(table) if options.table else []
    say(options, _record(form, tables), [*lines, *_changes(form)])
    return 0


def _columns(table: FormatTable) -> list[str]:
    return [
        f"  {c.seq:>3}  {c.name}　{c.label}　{c.printed}　"
        f"{NEEDS[c.required]}{'：' if c.condition_words else ''}{c.condition_words}"
        for c in table.columns
    ]


def _changes(form: Format) -> list[str]:
    lines = [
        f"  {one.layer}　{'.'.join(filter(None, (one.table, one.column))) or '（全包）'}　{one.attribute} = {one.value}"
        f"　{one.date}　{one.reason}"
        for one in form.changes
    ]
    return ["", "各层的差异：", *lines] if lines else []


def _record(form: Format, tables: list[FormatTable]) -> dict[str, Any]:
    from exports.manifest import table_schema

    return {
        "id": form.id,
        "title": form.title,
        "source": form.source,
        "delimiter": form.delimiter,
        "charset": form.charset,
        "layers": form.layers,
        "tables": {table.name: table_schema(table) for table in tables},
        "changes": [asdict(change) for change in form.changes],
        "errata": [asdict(erratum) for erratum in form.errata],
    }


def learn_format(options: Namespace) -> int:
    """Learn a format from last year's files; 1 while questions are open."""
    from flows.learn.learn import Lesson, learn
    from schemas.registry import format_ids

    if not re.fullmatch(IDENTIFIER, options.name):
        raise SettingsError(f"格式名称“{options.name}”应写成 site/2023 这样的形式：字母数字，中间一个斜杠。")
    if options.name in format_ids():
        raise SettingsError(f"{options.name} 是随程序提供的格式，不能用这个名称；请换一个，例如 site/2023。")
    if not options.path.exists():
        raise SettingsError(f"找不到 {options.path}。")
    settings = load_settings()
    root = settings.formats
    with disk_errors():
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".spill-", dir=root) as spill, progress("学习", options.json) as tell:
            lesson: Lesson = learn(
                options.path, options.name, root, Path(spill), settings.memory_limit, settings.threads, tell,
                options.force,
            )  # fmt: skip
    folder = root / options.name
    record = {
        "format": options.name,
        "folder": str(folder),
        "base": lesson.base.id if lesson.base else None,
        "tables": {one.name: one.table.rows for one in lesson.tables},
        "questions": [asdict(one) for one in lesson.questions],
        "unused": [asdict(one) for one in lesson.unused],
    }
    say(options, record, _lesson_lines(lesson, options.name, folder))
    return 1 if lesson.questions else 0


def _lesson_lines(lesson: Any, name: str, folder: Path) -> list[str]:
    from flows.learn.decisions import FILE
    from flows.learn.report import FILE as REPORT

    lines = [f"已学得 {name}：{len(lesson.tables)} 张表，{sum(one.table.rows for one in lesson.tables)} 行。"]
    for one in lesson.tables:
        known = one.match.known.name if one.match.known else "（不像任何已知的表）"
        lines.append(f"  {one.name}　{len(one.table.header)} 列　{one.table.rows} 行　→ {known}")
    lines += [
        f"  ? {one.kind}　{one.table} {one.column}：{one.text}　建议 {one.proposal}（{one.evidence}）"
        for one in lesson.questions
    ]
    if lesson.questions:
        lines.append(f"有 {len(lesson.questions)} 处拿不准：请在 {folder / FILE} 中填写决定，再运行一次。")
    lines += [f"决定“{one.kind} {one.table} {one.column}：{one.answer}”已没有对应的问题。" for one in lesson.unused]
    return [*lines, f"学习报告：{folder / REPORT}"]


def diff_formats(options: Namespace) -> int:
    """Compare two sides; 0 the same or compatible, 1 something needs a signature or was not verified, 3 breaking."""
    from exports.drift_report.terminal import drift_lines
    from exports.drift_report.write import write_drift
    from flows.prior import check_side, compare_sides, read_side
    from schemas.registry import load_format

    settings = load_settings()
    check_side(options.old, settings)
    check_side(options.new, settings)
    with (
        tempfile.TemporaryDirectory(prefix="feijian-") as spill,
        disk_errors(),
        progress("比较", options.json) as tell,
    ):
        old = read_side(options.old, settings, Path(spill), tell)
        new = read_side(options.new, settings, Path(spill), tell)
    if options.overlay:
        new = replace(new, form=load_format(new.form.id, tuple(options.overlay), (settings.formats,)))
    drift = compare_sides(old, new, settings.drift)
    lines = drift_lines(drift)
    if options.out:
        with disk_errors():
            written = write_drift(drift, options.out, title=f"格式比较：{old.name} → {new.name}")
        lines += ["", "报告：", *(f"  {path}" for path in written)]
    say(options, drift.to_json(), lines)
    return drift.exit_code


ACTIONS: dict[str, Callable[[Namespace], int]] = {
    "list": list_formats,
    "show": show_format,
    "learn": learn_format,
    "diff": diff_formats,
}

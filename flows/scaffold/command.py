"""What `feijian source scaffold` does."""

import re
from argparse import Namespace
from contextlib import closing
from pathlib import Path

from flows.commands import say
from flows.learn.pack import edited_files, seal_files
from flows.scaffold.choose import draft_of
from flows.scaffold.dossier import read_found
from flows.scaffold.draft import Place
from flows.scaffold.institution import compare_codes
from flows.scaffold.report import TODO_FILE, ScaffoldReport, lines_of, markdown, report_of
from flows.scaffold.write import write_adapter
from flows.settings import CONFIG, Settings, load_settings, parse_org
from flows.sources import open_source
from schemas.adapter import adapter_names, load_adapter
from schemas.adapter_file import SOURCE
from schemas.errors import SettingsError

_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")


def scaffold(options: Namespace) -> int:
    """Write a first adapter from a dossier.

    Raises:
        SettingsError: the source, the dossier or a name is wrong, or the adapter was edited and `--force` is not given.
    """
    settings = load_settings()
    source = settings.source(options.name)
    folder = _folder(options, settings)
    if bool(options.org) != bool(options.org_name):
        raise SettingsError("--org 与 --org-name 要一起写。")
    place = Place(parse_org(options.org), options.org_name) if options.org else None
    title = f"{options.name} 的 HIS（脚手架初稿）"
    with closing(open_source(source.location())) as connection:
        catalogue = {table.name: table for table in connection.catalogue()}
        found = compare_codes(read_found(options.dossier, catalogue), connection)
    draft = draft_of(found, options.adapter, title, place)
    report = report_of(draft)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*folder.glob("*.sql"), *folder.glob(SOURCE)):
        path.unlink()
    write_adapter(draft, folder)
    (folder / TODO_FILE).write_text(markdown(report), encoding="utf-8", newline="\n")
    seal_files(folder)
    load_adapter(folder.name, (folder.parent,))
    say(options, {"folder": str(folder), **report.record()}, _told(report, folder, options, settings))
    return 0


def _folder(options: Namespace, settings: Settings) -> Path:
    """Where the adapter goes; never over what a person edited."""
    name = options.adapter
    if not _NAME.fullmatch(name):
        raise SettingsError(f"适配器名称“{name}”无效：用小写字母、数字和下划线，如 renmin_his。")
    if name in adapter_names():
        raise SettingsError(f"适配器 {name} 随程序提供，请另取一个名称。")
    folder: Path = options.out or settings.adapters / name
    if folder.name != name:
        raise SettingsError(f"--out 的最后一级应是适配器的名称，如 {folder / name}。")
    edited = edited_files(folder)
    if edited and not options.force:
        raise SettingsError(
            f"{folder} 中有改过的文件（{'、'.join(edited)}），没有覆盖；换一个 --as 名称，或加 --force 放弃这些改动。"
        )
    return folder


def _told(report: ScaffoldReport, folder: Path, options: Namespace, settings: Settings) -> list[str]:
    used = settings.source(options.name).adapter
    config = (
        [] if used == folder.name else [f'下一步：在 {CONFIG} 的 [sources.{options.name}] 写 adapter = "{folder.name}"']
    )
    return [
        f"适配器初稿：{folder}",
        *lines_of(report),
        f"逐列的状态见 {folder / TODO_FILE}",
        *config,
        f"再运行 feijian source check {options.name}，然后 feijian export … --rehearse 演练一个月。",
    ]

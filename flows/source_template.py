"""Empty files that a hospital fills: one per std table, headed by the Chinese titles that the adapter `files` reads."""

import csv
from argparse import Namespace
from pathlib import Path

from flows.commands import say
from flows.run import disk_errors
from flows.sources.file_shapes import NEEDED, std_shape
from schemas.errors import StoreError
from schemas.reference import code_labels
from schemas.std import MODELS, StdColumn, std_table

NOTES = "填写说明.md"
SHOWN = 20


def write_template(folder: Path) -> list[Path]:
    """Write a headed CSV (UTF-8 with BOM, as Excel likes it) for each std table, and what each column is.

    Raises:
        StoreError: the folder holds something already.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise StoreError(f"文件夹 {folder} 不是空的：请换一个，以免盖掉已填的数据。")
    files = [_headed(folder, name) for name in MODELS]
    (folder / NOTES).write_text(_notes(), encoding="utf-8")
    return [*files, folder / NOTES]


def _headed(folder: Path, name: str) -> Path:
    shape = std_shape(name)
    path = folder / f"{shape.title}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(shape.titles.values())
    return path


def _notes() -> str:
    lines = [
        "# 填写说明",
        "",
        "每张表一个文件，首行是列名（中文名或编码都可以），存为 CSV、Excel 或 Parquet。",
        "没有的表请删除文件；没有数据的列可以留空或删去，标“必填”的除外。",
        "15 位以上的号码请按文本保存。",
    ]
    for name in MODELS:
        spec = std_table(name)
        lines += ["", f"## {spec.title}（{name}）{'，必须有' if name in NEEDED else ''}", ""]
        lines += ["| 列名 | 编码 | 类型 | 必填 | 取值 |", "| --- | --- | --- | --- | --- |"]
        lines += [_line(column) for column in spec.columns if not column.name.startswith("_")]
    return "\n".join(lines) + "\n"


def _line(column: StdColumn) -> str:
    needed = "是" if column.required else ""
    values = "、".join(column.isin) or (_codes(column.codes) if column.codes else "")
    return f"| {column.title} | {column.name} | {_kind(column)} | {needed} | {values} |"


def _codes(name: str) -> str:
    """The codes with their names; a long list by its file only."""
    labels = code_labels(name)
    if len(labels) > SHOWN:
        return f"见程序的 reference/codes/{name}.csv（{len(labels)} 个）"
    return "、".join(f"{code} {label}" for code, label in labels.items())


def _kind(column: StdColumn) -> str:
    kind = str(column.type)
    if kind.startswith("decimal"):
        unit = f"，{column.unit}" if column.unit else ""
        return f"数字，{column.type.scale} 位小数{unit}"
    return {"int64": "整数", "date32[day]": "日期 2024-01-31", "timestamp[us]": "时间 2024-01-31 08:05:00"}.get(
        kind, "文本"
    )


def source_template(options: Namespace) -> int:
    """Do what `feijian source template --out DIR` asks for.

    Raises:
        StoreError: the folder holds something already, or cannot be written.
    """
    with disk_errors():
        files = write_template(options.out)
    say(
        options,
        {"folder": str(options.out), "files": [path.name for path in files]},
        [f"已写出 {len(files) - 1} 张空表和 {NOTES} 到 {options.out}；填好后用适配器 files、files:///文件夹 导出。"],
    )
    return 0

"""The certificate: every hostile reader let loose on the files of a package, and what came of it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.acceptance.loadback import Loaded
from exports.acceptance.package import Delivery
from exports.acceptance.report import markdown_table
from exports.readers import excel_digits, mariadb, pandas_lines, plain_split, postgresql, quotes_ignored, text_first
from exports.readers.reading import Reading
from exports.readers.verdict import NOT_CONFIGURED, Reader, Verdict, judge, verdict_json
from schemas.result import CheckResult, Outcome

QUOTES_IGNORED = Reader(
    "quotes_ignored", "不认引号的装载工具", "只认分隔符、不认引号的装载工具（SQL*Loader、bcp、Hive 等）"
)
PLAIN_SPLIT = Reader("plain_split", "按行、按分隔符硬切的脚本", "自己写的小程序：按换行切行，按分隔符切列，不做别的")
TEXT_FIRST = Reader(
    "text_first",
    "先全按文本入库再转换类型",
    "中间表各列都是文本、认双引号的装载，之后再转成数和日期；会去空格、认空值词、认单引号或值中的引号、认反斜杠的读法也在此计数",
    "请接收方关闭这些习惯（如 pandas 的 keep_default_na=False，MySQL 的 ESCAPED BY ''），不要去空格。",
)
PANDAS_LINES = Reader(
    "pandas_lines",
    "pandas.read_csv",
    f"分析人员的 pandas：各列读成文本，坏行丢弃；多字符分隔符很慢，每个文件只读前 {pandas_lines.FIRST_ROWS} 行，"
    f"全包读过 {pandas_lines.WHOLE_ROWS} 行之后每个文件只读前 {pandas_lines.TRIED_ROWS} 行",
)
EXCEL_DIGITS = Reader(
    "excel_digits",
    "用 Excel 或 WPS 打开再另存",
    "双击打开 CSV：超过 15 位的数字末位变 0，前导 0 丢失，编码变成日期或科学计数，日期时间被改写，文字被当作公式",
    "请勿用 Excel 直接打开 CSV 另存；要看，用包中的 xlsx，没有则用“数据—从文本”导入，各列选“文本”。",
)
POSTGRESQL = Reader("postgresql", "PostgreSQL", "用交付的建表语句建表，再成批载入")
MARIADB = Reader(
    "mariadb", "MariaDB/MySQL", "用交付的 ddl/mysql.sql 建表，严格模式下 LOAD DATA LOCAL INFILE，空串作 NULL"
)


@dataclass(frozen=True)
class Certificate:
    """The verdicts of all readers, in a fixed order."""

    verdicts: tuple[Verdict, ...]

    def results(self) -> list[CheckResult]:
        """One check per reader, `reader.<name>`."""
        return [verdict.result() for verdict in self.verdicts]


def certify(delivery: Delivery, database: Any, loaded: Loaded | None, mysql_url: str | None) -> Certificate:
    """Let every reader read the whole package.

    Args:
        delivery: the package; its manifest must hold the totals, and should hold `feijian:keys`.
        database: an open DuckDB, which bounds the memory.
        loaded: what a PostgreSQL made of the package; None when none is configured.
        mysql_url: a database of a MariaDB or MySQL for temporary tables; None when none is configured.
    """
    with ThreadPoolExecutor(1) as beside:
        slow = beside.submit(pandas_lines.read, delivery, database.cursor())
        readings = [
            (QUOTES_IGNORED, quotes_ignored.read(delivery, database)),
            (PLAIN_SPLIT, plain_split.read(delivery, database)),
            (TEXT_FIRST, text_first.read(delivery, database)),
            (EXCEL_DIGITS, excel_digits.read(delivery, database)),
            (POSTGRESQL, postgresql.reading(loaded) if loaded else Reading(unavailable=NOT_CONFIGURED)),
            (MARIADB, mariadb.read(delivery, mysql_url) if mysql_url else Reading(unavailable=NOT_CONFIGURED)),
        ]
        readings.insert(3, (PANDAS_LINES, slow.result()))
    return Certificate(tuple(judge(delivery, reader, reading) for reader, reading in readings))


def write_certificate(certificate: Certificate, folder: Path) -> None:
    """Write `readers.json` and `readers.md` into `folder`; no clock, no versions: reruns are identical."""
    folder.mkdir(parents=True, exist_ok=True)
    record = {"readers": [verdict_json(verdict) for verdict in certificate.verdicts]}
    text = json.dumps(record, ensure_ascii=False, indent=1)
    for name, content in (("readers.json", text), ("readers.md", "\n".join(_markdown(certificate)))):
        (folder / name).write_text(content + "\n", encoding="utf-8", newline="\n")


def _markdown(certificate: Certificate) -> Iterator[str]:
    yield "# 读回证书：粗心的接收方读到了什么"
    yield ""
    yield (
        "交付的文件按下列各种读法重新读入，行数、金额合计和键列摘要与清单 `datapackage.json` 比较。"
        "“未验证”不等于“通过”；没有读到的行不算核对过。"
    )
    yield ""
    yield (
        "键列摘要与行的次序无关：每行各键列写成“=值”（空值写成“-”），以控制字符 U+001F 相连，取 UTF-8 的 MD5 的前 15 位"
        "十六进制数，全表相加。多一行、少一行、重复一行或键中改了一个字，摘要都会不同。"
    )
    yield ""
    rows = [(one.reader.title, one.reader.stands_for, one.outcome, one.reason) for one in certificate.verdicts]
    yield from markdown_table(("读法", "代表谁", "结果", "说明"), rows)
    for verdict in certificate.verdicts:
        yield from _section(verdict)


def _section(verdict: Verdict) -> Iterator[str]:
    if not verdict.tables:
        return
    yield f"## {verdict.reader.title}（{verdict.outcome}）"
    yield ""
    rows = []
    for table in verdict.tables:
        read = table.read
        sums = "；".join(f"{column} {value}" for column, value in read.sums.items()) if read else ""
        counts = (
            (read.rows, read.unread, sums or "—", table.digest or "（键列会被改变）") if read else ("—", "—", "—", "—")
        )
        rows.append((table.table, *counts, table.outcome, "；".join((*table.faults, *table.unverified)) or "—"))
    yield from markdown_table(("表", "读出行数", "未读行数", "合计（元）", "键列摘要", "结果", "说明"), rows)
    if verdict.harms and verdict.outcome is not Outcome.FAILED:
        yield verdict.reader.advice
        yield ""
        keys = {(table.table, column) for table in verdict.tables for column in table.harmed_keys}
        harms = [
            (h.table, h.column, "是" if (h.table, h.column) in keys else "", h.kind, h.values) for h in verdict.harms
        ]
        yield from markdown_table(("表", "列", "键列", "会怎样", "值的个数"), harms)

"""交接单: what is handed over, file by file, on what medium, to whom, and until when."""

from typing import Any

from exports.papers.content import BLANK, Fact, Paper, listing
from exports.papers.facts import Handover
from exports.papers.package_facts import Told

NAME = "交接单"
SIGNATURES = ("交付方", "接收方")

_LABELS = {
    "medium": "交付介质",
    "medium_id": "介质编号",
    "key_channel": "密钥传递方式",
    "key_receiver": "密钥接收人",
    "sender": "交付单位",
    "sender_person": "交付人",
    "receiver": "接收单位",
    "receiver_person": "接收人",
    "purpose": "使用目的",
    "return_by": "归还或销毁日期",
}


def handover_paper(package: Told, handover: Handover) -> Paper:
    """The paper that both sides sign."""
    tables = package.tables
    return Paper(
        NAME,
        (*_package(package), *_ceremony(handover)),
        (
            listing(
                "各表行数",
                ("表名", "名称", "文件数", "行数"),
                ((t.name, t.title, _files(package, t.name), package.rows(t.name)) for t in tables),
                "表",
            ),
            listing(
                "金额合计",
                ("表名", "金额列", "合计（元）"),
                ((table.name, label, total) for table in tables for label, total in package.sums(table)),
                "金额",
                1,
            ),
            listing(
                "文件清单",
                ("序号", "文件", "内容", "行数", "字节数", "校验值"),
                (_file(number, record, package) for number, record in enumerate(package.files, start=1)),
                "文件",
                1,
            ),
        ),
    )


def _package(package: Told) -> list[Fact]:
    name, code = package.institution
    return [
        Fact("机构名称", name),
        Fact("机构编码", code),
        Fact("检查期间", package.period),
        Fact("数据版本", package.version),
        Fact("交付性质", package.kind),
        Fact("数据格式", package.format),
        Fact("文件数", f"{len(package.files)} 个（其中数据文件 {len(package.resources)} 个）"),
        Fact("数据行数", f"{package.rows()} 行"),
        Fact("验收结论", package.report["verdict"]),
        Fact("数据根哈希", package.root),
    ]


def _ceremony(handover: Handover) -> list[Fact]:
    """What the settings say, and the two places to sign."""
    said = {label: getattr(handover, name) or BLANK for name, label in _LABELS.items()}
    return [Fact(label, value, proven=False) for label, value in (said | dict.fromkeys(SIGNATURES)).items()]


def _files(package: Told, table: str) -> int:
    return sum(one["feijian:table"] == table for one in package.resources)


def _file(number: int, record: dict[str, Any], package: Told) -> tuple[object, ...]:
    rows = record.get("feijian:rows", "—")
    return number, record["path"], _about(record, package), rows, record["bytes"], _digests(record)


def _about(record: dict[str, Any], package: Told) -> str:
    """What a file holds, for people."""
    name = record.get("feijian:table")
    if name is None:
        return _FOLDERS.get(record["path"].split("/")[0], "其他")
    title = next((table.title for table in package.tables if table.name == name), name)
    return f"{title} {record.get('feijian:label', '')}".strip()


_FOLDERS = {
    "ddl": "建表语句",
    "xlsx": "Excel 工作簿",
    "schemas": "列说明",
    "reports": "报告",
    "format": "本包的格式",
}


def _digests(record: dict[str, Any]) -> str:
    """SHA-256 and, where the manifest has it, SM3."""
    lines = [f"SHA-256 {record['hash'].removeprefix('sha256:')}"]
    if sm3 := record.get("feijian:sm3"):
        lines.append(f"SM3 {str(sm3).removeprefix('sm3:')}")
    return "\n".join(lines)

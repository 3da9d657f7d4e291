"""客户服务确认单: the form of the contract by which a customer accepts the export; it stays in the house.

Source: the contract's unnumbered annex (contract.md section 8): these fields, in this order. The customer's part is
left as it is printed.
"""

from exports.papers.content import BLANK, Fact, Paper
from exports.papers.facts import Agreement
from exports.papers.package_facts import Told

NAME = "客户服务确认单"
SATISFACTION = ("非常满意", "比较满意", "一般满意", "不满意", "非常不满意")


def confirmation_paper(package: Told, agreement: Agreement, checksum: str) -> Paper:
    """The form for one package; `checksum` is the SHA-256 of its manifest, hexadecimal."""
    name, _ = package.institution
    return Paper(
        NAME,
        (
            Fact("项目名称", agreement.project or BLANK),
            Fact("合同编号", agreement.number or BLANK),
            Fact("单位名称", agreement.unit or name),
            Fact("客户负责人", agreement.person or BLANK),
            Fact("联系电话", agreement.phone or BLANK),
            Fact("服务内容", _service(package, checksum)),
            Fact("用户意见", ""),
            Fact("服务满意度", _boxes(SATISFACTION)),
            Fact("履约完成", _boxes(("是", "否"))),
            Fact("客户代表签字盖章（公章）", ""),
            Fact("日期", None),
        ),
    )


def _service(package: Told, checksum: str) -> str:
    number = package.manifest.get("feijian:version")
    identifier = f"{package.manifest['name']}_v{number}" if number else package.manifest["name"]
    name, code = package.institution
    return "\n".join(
        (
            f"医保飞行检查数据导出服务（{package.kind}）",
            f"机构：{name}（{code}）",
            f"数据包：{identifier}",
            f"检查期间：{package.period}",
            f"数据版本：{package.version}",
            f"文件数：{len(package.files) + 1} 个（含清单文件）",
            f"清单文件 datapackage.json 的 SHA-256：{checksum}",
        )
    )


def _boxes(words: tuple[str, ...]) -> str:
    return "　".join(f"☐ {word}" for word in words)

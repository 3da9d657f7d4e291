"""The data dictionary of the commission's std model, written from the models themselves.

`python -m exports.commission.dictionary` writes `reference/commission/数据字典.md`; a test fails when it is another.
"""

from collections.abc import Iterator

from schemas.commission.columns import Overlay, Reveals
from schemas.commission.std import MODELS, SYSTEMS, LakeSpec, lake_table
from schemas.reference import REFERENCE
from schemas.std import StdColumn, duckdb_type

DICTIONARY = REFERENCE / "commission" / "数据字典.md"
CARRIED = ("_row", "_excluded", "system", "inst_code", "org_code", "created_at", "updated_at", "deleted")
HEAD = """# 卫健委数据字典

由 `schemas/commission` 的模型生成（`python -m exports.commission.dictionary`），请勿手工修改。

每张表都带有：`_row` 源行、`_excluded` 排除规则、`system` 所属系统、`inst_code` 填报机构（只用于分区）、
`org_code` 机构编码（服务机构）、`created_at` 录入时间、`updated_at` 更新时间、`deleted` 删除标志。
时间均为北京时间；金额为 DECIMAL，编号为文本。
“涉及”说明一列涉及个人的什么信息，导出时按它脱敏。
"""


def dictionary() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_lines()]).rstrip() + "\n"


def _lines() -> Iterator[str]:
    for system, title in SYSTEMS.items():
        tables = [lake_table(name) for name in MODELS if lake_table(name).system == system]
        yield f"## {title}（{system}）"
        yield ""
        if not tables:
            yield "与基本医疗（his）用同样的表，`system` 为 village。\n"
        for table in tables:
            yield from _table(table)


def _table(table: LakeSpec) -> Iterator[str]:
    facts = [f"主键 {'、'.join(f'`{name}`' for name in table.spec.key)}"]
    facts.append(f"按 `{table.month}` 的月份分区" if table.month else "整表存放")
    if table.business:
        facts.append(f"业务日期 `{table.business}`")
    if table.overlay is not Overlay.NONE:
        facts.append(f"敏感人群：{table.overlay}")
    yield f"### {table.title} `{table.name}`"
    yield ""
    yield "；".join(facts) + "。"
    yield ""
    yield "| 列 | 名称 | 类型 | 必填 | 代码或取值 | 涉及 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for column in table.spec.columns:
        if column.name not in CARRIED:
            yield _column(column, table.reveals[column.name])
    yield ""


def _column(column: StdColumn, reveals: Reveals) -> str:
    kind = duckdb_type(column.type) + (f"（{column.unit}）" if column.unit else "")
    values = f"`{column.codes}`" if column.codes else "、".join(column.isin)
    told = "" if reveals is Reveals.NOTHING else str(reveals)
    return f"| `{column.name}` | {column.title} | {kind} | {'是' if column.required else ''} | {values} | {told} |"


if __name__ == "__main__":
    DICTIONARY.parent.mkdir(parents=True, exist_ok=True)
    DICTIONARY.write_text(dictionary(), encoding="utf-8")

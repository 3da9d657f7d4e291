"""The kinds of difference: how each is called, how much it weighs, and the rule in one sentence.

The levels follow the written definition of "basically consistent with the prior year" (inspection handbook,
section 4.4). Words in braces are limits of `schemas/thresholds.py`.
"""

from dataclasses import dataclass

from schemas.drift.records import Difference, Level
from schemas.drift.thresholds import Thresholds


@dataclass(frozen=True)
class Kind:
    """One kind of difference; `rule` may name limits in braces."""

    title: str
    level: Level
    rule: str

    def sentence(self, thresholds: Thresholds) -> str:
        """The rule with its limits filled in."""
        return self.rule.format(**thresholds.words())


def _kinds(level: Level, *kinds: tuple[str, str, str]) -> dict[str, Kind]:
    return {name: Kind(title, level, rule) for name, title, rule in kinds}


BREAKING = _kinds(
    Level.BREAKING,
    ("table_missing", "表缺失", "上年有的表本年没有，也不是改名、拆分或合并"),
    ("table_undelivered", "表未交付", "格式中有该表，上年交付了数据，本年没有交付"),
    ("column_missing", "列缺失", "上年有的列本年没有，也不是改名、拆分、合并或移到别的表"),
    (
        "mandatory_empty",
        "必填列变空",
        "必填列上年空值不到 {mandatory_empty_before}，本年达到 {mandatory_empty_now}",
    ),
    ("key_not_unique", "主键不再唯一", "上年主键唯一，本年有重复"),
    (
        "unit_changed",
        "计量单位改变",
        "超过 {unit_items} 的共同项目，单价或数量的中位数变为上年的 {unit_ratio} 倍以上或 {unit_ratio} 分之一以下",
    ),
)

NOTABLE = _kinds(
    Level.NOTABLE,
    ("delimiter_changed", "分隔符改变", "文件的列分隔符与上年不同"),
    ("charset_changed", "字符集改变", "文件的字符集与上年不同"),
    ("joiner_changed", "多值连接符改变", "一个单元格内多个值之间的连接符与上年不同"),
    ("files_changed", "文件种类改变", "交付的文件种类（csv、xlsx）与上年不同"),
    ("table_renamed", "表改名", "表名不同，而标题相同，或两表的列至少 {table_share} 能够成对"),
    ("table_split", "表拆分", "上年一张表的列（至少 {moved_columns} 列）本年在另一张新表中"),
    ("table_merged", "表合并", "上年的一张表并入本年的另一张表（至少 {moved_columns} 列）"),
    ("columns_moved", "列移到别的表", "至少 {moved_columns} 列从一张表移到另一张上年也有的表"),
    ("table_need_changed", "表的必提性改变", "表由选提变为必提，或相反"),
    ("grain_changed", "行的含义改变", "对“一行是什么”的规定与上年不同"),
    ("cut_changed", "文件拆分方式改变", "按月、按库房拆分文件的方式与上年不同"),
    ("period_column_changed", "期间依据改变", "截取期间所依据的日期列与上年不同"),
    ("column_renamed", "列改名", "列名不同，而中文名称、标准字段或取值（{same_values} 以上）相同"),
    ("column_split", "列一分为二", "上年的一列本年分为两列"),
    ("column_merged", "列合二为一", "上年的两列本年合为一列"),
    ("column_inserted", "中间插入列", "新列不在表的末尾，其后各列的位置随之改变"),
    ("order_changed", "列序改变", "共同的列先后次序与上年不同"),
    ("header_changed", "表头改变", "同一列写入文件表头的名称与上年不同"),
    ("meaning_changed", "含义改变", "列名相同而对应的标准字段不同"),
    ("type_changed", "类型改变", "文本、数值、日期之间的改变"),
    ("time_changed", "日期与时间互变", "日期变为日期时间，或相反"),
    ("pattern_changed", "日期写法改变", "日期或时间的书写格式与上年不同"),
    ("width_narrower", "宽度变窄", "文本宽度小于上年"),
    ("width_truncates", "宽度容不下实际内容", "实际内容比规定的宽度长，且不是与上年情形相同"),
    ("precision_narrower", "数值总位数变小", "数值的总位数小于上年"),
    ("scale_changed", "小数位数改变", "数值的小数位数与上年不同"),
    ("became_mandatory", "变为必填", "列由选填变为（条件）必填，或由条件必填变为必填"),
    ("became_optional", "变为选填", "列由必填变为条件必填或选填，或由条件必填变为选填"),
    ("condition_changed", "必填条件改变", "条件必填的条件与上年不同"),
    ("code_removed", "代码值减少", "代码表中去掉了上年的值；不是规定的代码的值只计个数，不列出"),
    ("code_added_closed", "封闭代码表增加值", "不允许表外值的代码表增加了新值"),
    ("list_closed_changed", "代码表的封闭性改变", "代码表由不允许表外值变为允许，或相反"),
    (
        "values_changed",
        "代码列的取值改变",
        "代码列中，值也在对方取值范围内的行不到 {same_values}；不是规定的代码的值只计个数，不列出",
    ),
    ("rows_deviate", "行数偏差", "行数与上年相差超过 {deviation}（合计，或同一个月）"),
    ("amount_deviates", "金额偏差", "金额合计与上年相差超过 {deviation}（合计，或同一个月）"),
    (
        "insured_deviates",
        "医保结算占比偏差",
        "医保结算的占比与上年相差超过 {deviation}，且相差 {share_points} 以上（百分点）",
    ),
    ("items_deviate", "项目数偏差", "不同项目的个数与上年相差超过 {deviation}"),
    ("empty_deviates", "空值比例偏差", "空值比例与上年相差超过 {deviation}，且相差 {share_points} 以上（百分点）"),
    ("distinct_deviates", "不同值个数偏差", "不同值的个数与上年相差超过 {deviation}"),
)

UNVERIFIED = _kinds(
    Level.UNVERIFIED,
    ("content_unverified", "内容未核对", "一方没有核对所需的数据；未核对不等于通过"),
)

COMPATIBLE = _kinds(
    Level.COMPATIBLE,
    ("table_added", "新增表", "上年没有的表"),
    ("table_delivered", "首次交付的表", "上年没有交付数据的表，本年交付了"),
    ("column_appended", "末尾增加列", "新列在表的末尾"),
    ("name_case", "名称大小写", "表名或列名只有大小写不同"),
    ("title_changed", "表标题改变", "表的中文标题与上年不同"),
    ("label_changed", "中文名称改变", "列名相同而中文名称不同"),
    ("note_changed", "说明改变", "表或列的说明与上年不同"),
    ("key_changed", "主键标记改变", "主键的标记与上年不同"),
    ("width_wider", "宽度增加", "文本宽度大于上年"),
    ("precision_wider", "数值总位数增加", "数值的总位数大于上年"),
    ("code_added", "开放代码表增加值", "允许表外值的代码表增加了新值"),
    ("code_hints_changed", "参考值改变", "只供参考（允许表外值）的代码表新设或取消"),
    (
        "unit_shifted",
        "个别项目单价或数量变化大",
        "不超过 {unit_items} 的共同项目，单价或数量的中位数变化超过 {unit_ratio} 倍",
    ),
    ("signature_unused", "签认没有对应的差异", "格式中登记的签认与本次任何差异都不相符"),
)

KINDS: dict[str, Kind] = {**BREAKING, **NOTABLE, **UNVERIFIED, **COMPATIBLE}


def difference(
    kind: str, table: str, column: str, reason: str, *, old: str = "", new: str = "", evidence: str = ""
) -> Difference:
    """A difference with the level of its kind."""
    return Difference(KINDS[kind].level, kind, table, column, old, new, reason, evidence)

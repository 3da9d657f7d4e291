"""Divisions, organisations, their people and what was entered for them by hand."""

from schemas.column import Day, Factor, Instant, Text, Whole
from schemas.commission.columns import CommissionTable, Measure, Reveals, fact, facts, flag

LEVELS = ("region", "prefecture", "county", "township", "village")


class AdminDivision(CommissionTable):
    """行政区划: one row per code and validity (GB/T 2260, GB/T 10114, 12 digits zero-padded)."""

    code: Text = fact("区划代码", required=True, note="12 digits")
    name: Text = fact("区划名称", required=True)
    level: Text = fact("级别", required=True, isin=LEVELS)
    parent_code: Text = fact("上级区划")
    valid_from: Day = fact("启用日期", required=True)
    valid_to: Day = fact("停用日期", note="the first day on which it no longer holds")
    successor_code: Text = fact("后继区划")
    xpcc_flag: Text = flag("兵团标志", required=True)
    urban_rural: Text = fact("城乡分类")

    class Config:
        """Table facts."""

        metadata = facts("行政区划", "base", key=("code", "valid_from"))


class Organisation(CommissionTable):
    """机构: one row per organisation and validity of its place in the business tree (机构划转 makes a new row).

    `org_code` is our key of the organisation; codes of closed clinics may be reused by the authorities, ours are not.
    """

    org_name: Text = fact("机构名称", required=True)
    org_kind: Text = fact("机构类别", required=True, codes="org_kind", note="commission, centre, clinic, school …")
    level: Text = fact("级别", required=True, isin=LEVELS)
    parent_code: Text = fact("上级机构", note="业务树")
    admin_code: Text = fact("所在区划", required=True, note="12 digits, 行政树")
    uscc: Text = fact("统一社会信用代码")
    fixmedins_code: Text = fact("定点医疗机构编码")
    xpcc_flag: Text = flag("兵团标志", required=True)
    valid_from: Day = fact("启用日期", required=True)
    valid_to: Day = fact("停用日期", note="the first day on which the row no longer holds")
    successor_code: Text = fact("后继机构")

    class Config:
        """Table facts."""

        metadata = facts("机构", "base", key=("org_code", "valid_from"))


class HealthWorker(CommissionTable):
    """卫生人员: one row per person at work and validity (卫健统 人员 block)."""

    staff_id: Text = fact("人员编码", required=True)
    staff_name: Text = fact("姓名", Reveals.WORKER)
    id_no: Text = fact("证件号码", Reveals.CERTIFICATE)
    dept_code: Text = fact("科室编码")
    post: Text = fact("岗位", required=True, codes="post")
    specialty: Text = fact("执业类别", codes="specialty")
    antibiotic_grade: Text = fact("抗菌药物处方权", codes="antibiotic_grade")
    valid_from: Day = fact("到岗日期", required=True)
    valid_to: Day = fact("离岗日期")

    class Config:
        """Table facts."""

        metadata = facts("卫生人员", "base", key=("staff_id", "valid_from"))


class ClinicDepartment(CommissionTable):
    """科室: one row per department with its standard code (诊疗科目)."""

    dept_code: Text = fact("科室编码", required=True)
    dept_name: Text = fact("科室名称", required=True)
    std_dept_code: Text = fact("标准科目编码")
    beds: Whole = fact("实有床位", unit="张")

    class Config:
        """Table facts."""

        metadata = facts("科室", "his", key=("org_code", "dept_code"))


class Drug(CommissionTable):
    """药品: one row per drug with the marks that indicators ask for (YK_TYPK of the reference)."""

    drug_id: Text = fact("药品编码", required=True)
    drug_name: Text = fact("药品名称", required=True)
    drug_class: Text = fact("药品类别", required=True, codes="drug_class", note="1 西药 2 中成药 3 饮片")
    essential_flag: Text = flag("基本药物标志", required=True)
    negotiated_flag: Text = flag("国家谈判药标志", required=True)
    antibiotic_flag: Text = flag("抗菌药物标志", required=True)
    antibiotic_grade: Text = fact("抗菌药物分级", codes="antibiotic_grade")
    injection_flag: Text = flag("注射剂标志", required=True)
    ddd: Factor = fact("限定日剂量", unit="克")

    class Config:
        """Table facts."""

        metadata = facts("药品", "his", key=("org_code", "drug_id"))


class Submission(CommissionTable):
    """上报情况: one row per organisation, system and month for which it has handed in; what is not here is 未上报."""

    submission_id: Text = fact("上报编号", required=True)
    of_system: Text = fact("上报的系统", required=True)
    of_month: Day = fact("所属月份", required=True, note="the first day of the month")
    submitted_at: Instant = fact("上报时间", required=True)

    class Config:
        """Table facts."""

        metadata = facts("上报情况", "report", key=("submission_id",), month="of_month")


class BasePopulation(CommissionTable):
    """基数: a denominator entered by hand per organisation and year, with its provenance (commission.md 3.1).

    `covers` says whether the number is the organisation's own area alone or includes its subordinates.
    """

    item: Text = fact("项目", required=True, codes="population_item")
    year: Whole = fact("年度", required=True)
    covers: Text = fact("范围", required=True, isin=("own", "all"))
    value: Whole = fact("数值", required=True)
    basis: Text = fact("来源方式", required=True, isin=("surveyed", "registered", "estimated"))
    source: Text = fact("来源说明")
    entered_by: Text = fact("填报人", Reveals.WORKER)
    as_of: Day = fact("截至日期", required=True)
    version: Whole = fact("版本", required=True, note="the highest one holds")

    class Config:
        """Table facts."""

        metadata = facts("人口与任务基数", "report", key=("org_code", "item", "year", "covers", "version"))


class StatEntry(CommissionTable):
    """统计填报: a number per organisation, month and item of 卫健统 that no system computes (收支, 资产, 房屋)."""

    entry_id: Text = fact("填报编号", required=True)
    of_month: Day = fact("所属月份", required=True, note="the first day of the month; year items stand in December")
    item: Text = fact("项目", required=True, codes="stat_item")
    value: Measure = fact("数值", required=True)
    entered_by: Text = fact("填报人", Reveals.WORKER)

    class Config:
        """Table facts."""

        metadata = facts("统计填报", "report", key=("entry_id",), month="of_month")


class NationalReport(CommissionTable):
    """国报表2.0 已报数: one cell as it was handed in, for reconciliation with what the platform computes."""

    cell_id: Text = fact("单元编号", required=True)
    form: Text = fact("报表", required=True)
    cell: Text = fact("指标", required=True)
    of_month: Day = fact("所属月份", required=True, note="the last month of the cumulative period, its first day")
    value: Measure = fact("上报数")
    adjusted_value: Measure = fact("调整数")
    reason: Text = fact("调整原因", Reveals.TEXT)
    adjusted_by: Text = fact("调整人", Reveals.WORKER)
    adjusted_at: Instant = fact("调整时间")

    class Config:
        """Table facts."""

        metadata = facts("国报表已报数", "report", key=("cell_id",), month="of_month")

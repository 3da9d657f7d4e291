"""Chronic disease: hypertension, diabetes, COPD; files and follow-ups."""

from schemas.column import Day, Text, Whole
from schemas.commission.columns import Measure, PersonTable, Reveals, fact, facts, flag


class PatientFile(PersonTable):
    """What every register of patients carries."""

    file_id: Text = fact("专项档案编号", Reveals.RECORD, required=True)
    confirm_date: Day = fact("确诊日期", Reveals.DAY)
    register_date: Day = fact("建档日期", required=True)
    status: Text = fact("状态", required=True, isin=("0", "1"), note="0 在管 1 结案")
    end_date: Day = fact("结案日期")
    end_reason: Text = fact("结案原因", codes="end_reason")


class FollowUp(PersonTable):
    """What every follow-up carries; `org_code` is the visiting institution, `created_at` the entry."""

    visit_id: Text = fact("随访编号", Reveals.RECORD, required=True)
    visit_date: Day = fact("随访日期", required=True)
    visit_doctor: Text = fact("随访医生", Reveals.WORKER)
    way: Text = fact("随访方式", codes="visit_way", source="CV06.00.207", note="1 门诊 2 家庭 3 电话 4 短信网络")
    next_date: Day = fact("下次随访日期")
    effect: Text = fact("随访结果", isin=("1", "2", "9"), note="1 继续随访 2 失访 9 终止")


class VisitPlan(PersonTable):
    """随访计划: one row per planned visit."""

    plan_id: Text = fact("计划编号", Reveals.RECORD, required=True)
    biz_type: Text = fact("业务类别", required=True, codes="biz_type", note="htn, dm, smd, tb, copd …")
    plan_date: Day = fact("计划日期", required=True)
    begin_date: Day = fact("最早日期")
    end_date: Day = fact("最迟日期", required=True)
    status: Text = fact("状态", required=True, codes="plan_status", note="0 应访 1 已访 2 失访 3 未访 4 过访 5 补录")
    visit_id: Text = fact("随访编号", Reveals.RECORD)

    class Config:
        """Table facts."""

        metadata = facts("随访计划", "ph", key=("plan_id",), month="plan_date", person="empi")


class HtnFile(PatientFile):
    """高血压专档."""

    risk_level: Text = fact("危险分层", codes="risk_level")
    source: Text = fact("发现途径", codes="found_by")

    class Config:
        """Table facts."""

        metadata = facts("高血压专档", "ph", key=("file_id",), business="register_date", person="empi")


class HtnVisit(FollowUp):
    """高血压随访; pressures in mmHg."""

    sbp: Whole = fact("收缩压", unit="mmHg", source="DE04.10.174.00")
    dbp: Whole = fact("舒张压", unit="mmHg", source="DE04.10.176.00")
    compliance: Text = fact("服药依从性", isin=("1", "2", "3"), note="1 规律 2 间断 3 不服药")
    visit_class: Text = fact("随访分类", isin=("1", "2", "3", "4"), note="1 控制满意 2 不满意 3 不良反应 4 并发症")
    late_flag: Text = flag("补录标志", required=True)
    complete_flag: Text = flag("表单填写完整", required=True)

    class Config:
        """Table facts."""

        metadata = facts("高血压随访", "ph", key=("visit_id",), month="visit_date", person="empi")


class DmFile(PatientFile):
    """2型糖尿病专档."""

    dm_type: Text = fact("糖尿病类型", required=True, isin=("1", "2", "9"), note="the national items count type 2")

    class Config:
        """Table facts."""

        metadata = facts("糖尿病专档", "ph", key=("file_id",), business="register_date", person="empi")


class DmVisit(FollowUp):
    """糖尿病随访; glucose as measured, in `unit` (mg/dl ÷ 18 = mmol/L)."""

    test_method: Text = fact("检测类型", isin=("1", "2", "3"), note="1 空腹 2 餐后两小时 3 随机")
    glucose: Measure = fact("血糖值", note="in unit")
    unit: Text = fact("血糖单位", isin=("mmol/L", "mg/dl"))
    hba1c: Measure = fact("糖化血红蛋白", unit="%")
    visit_class: Text = fact("随访分类", isin=("1", "2", "3", "4"))
    late_flag: Text = flag("补录标志", required=True)
    complete_flag: Text = flag("表单填写完整", required=True)

    class Config:
        """Table facts."""

        metadata = facts("糖尿病随访", "ph", key=("visit_id",), month="visit_date", person="empi")


class CopdFile(PatientFile):
    """慢阻肺专档 (a national item since 2024; the indicators are to be confirmed by the customer)."""

    gold: Text = fact("GOLD 分级", isin=("1", "2", "3", "4"))

    class Config:
        """Table facts."""

        metadata = facts("慢阻肺专档", "ph", key=("file_id",), business="register_date", person="empi")


class CopdVisit(FollowUp):
    """慢阻肺随访."""

    fev1_fvc: Measure = fact("FEV1/FVC", unit="%", note="filled when lung function was tested")
    cat_score: Whole = fact("CAT 评分")

    class Config:
        """Table facts."""

        metadata = facts("慢阻肺随访", "ph", key=("visit_id",), month="visit_date", person="empi")


class ExamForm(PersonTable):
    """健康体检表 of the public-health norm (HC_HealthCheck); the mass examination has tables of its own."""

    form_id: Text = fact("体检表编号", Reveals.RECORD, required=True)
    exam_date: Day = fact("体检日期", required=True)
    way: Text = fact(
        "体检类别", required=True, codes="exam_way", note="1 新建档 2 老年人 3 高血压 4 糖尿病 5 精障 6 其他"
    )
    sbp: Whole = fact("收缩压", unit="mmHg")
    dbp: Whole = fact("舒张压", unit="mmHg")
    adl_score: Whole = fact("生活自理能力评分")
    guidance_flag: Text = flag("健康指导", required=True)
    complete_flag: Text = flag("必查项目完整", required=True)
    abnormal_flag: Text = flag("有异常", required=True)

    class Config:
        """Table facts."""

        metadata = facts("健康体检表", "ph", key=("form_id",), month="exam_date", person="empi")


class TcmElder(PersonTable):
    """老年人中医药健康管理: one row per constitution assessment."""

    tcm_id: Text = fact("记录编号", Reveals.RECORD, required=True)
    service_date: Day = fact("服务日期", required=True)
    constitution: Text = fact("体质类型", codes="constitution")
    guidance_flag: Text = flag("中医药保健指导", required=True)

    class Config:
        """Table facts."""

        metadata = facts("老年人中医药", "ph", key=("tcm_id",), month="service_date", person="empi")

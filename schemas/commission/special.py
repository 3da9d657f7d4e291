"""Mental illness, tuberculosis, vaccination, infectious disease, education and supervision."""

from schemas.column import Day, Instant, Text, Whole
from schemas.commission.chronic import FollowUp, PatientFile
from schemas.commission.columns import CommissionTable, Overlay, PersonTable, Reveals, fact, facts, flag


class SmdFile(PatientFile):
    """严重精神障碍专档; `confirm_date` may be empty, which must not take the patient out of a denominator."""

    diagnosis: Text = fact("诊断", codes="smd_diagnosis")
    consent_flag: Text = flag("知情同意", required=True)
    home_flag: Text = flag("在家居住", required=True)

    class Config:
        """Table facts."""

        metadata = facts(
            "精神障碍专档", "ph", key=("file_id",), business="register_date", person="empi", overlay=Overlay.MENTAL
        )


class SmdVisit(FollowUp):
    """精神障碍随访."""

    risk: Whole = fact("危险性评估", note="0-5")
    visit_class: Text = fact("随访分类", isin=("0", "1", "2", "3"), note="1 不稳定 2 基本稳定 3 稳定 0 未访到")

    class Config:
        """Table facts."""

        metadata = facts(
            "精神障碍随访", "ph", key=("visit_id",), month="visit_date", person="empi", overlay=Overlay.MENTAL
        )


class TbCase(PersonTable):
    """肺结核患者; `notify_date` is when the designated hospital handed the patient over."""

    case_id: Text = fact("病例编号", Reveals.RECORD, required=True)
    confirm_date: Day = fact("确诊日期", required=True)
    notify_date: Day = fact("通知管理日期")
    first_home_date: Day = fact("首次入户日期")
    stop_date: Day = fact("停止治疗日期")
    stop_reason: Text = fact("停止原因", isin=("1", "2", "3", "4"), note="1 完成疗程 2 死亡 3 丢失 4 转耐多药")
    should_doses: Whole = fact("应服药次数")
    actual_doses: Whole = fact("实服药次数")
    should_visits: Whole = fact("应访视次数")
    actual_visits: Whole = fact("实访视次数")

    class Config:
        """Table facts."""

        metadata = facts(
            "肺结核患者", "ph", key=("case_id",), business="notify_date", person="empi", overlay=Overlay.TUBERCULOSIS
        )


class TbVisit(FollowUp):
    """肺结核随访."""

    missed_doses: Whole = fact("漏服药次数")

    class Config:
        """Table facts."""

        metadata = facts(
            "肺结核随访", "ph", key=("visit_id",), month="visit_date", person="empi", overlay=Overlay.TUBERCULOSIS
        )


class VaccCard(PersonTable):
    """预防接种证: one row per child with a vaccination certificate."""

    card_no: Text = fact("接种证号", Reveals.RECORD, required=True)
    build_date: Day = fact("建证日期", required=True)

    class Config:
        """Table facts."""

        metadata = facts(
            "预防接种证", "ph", key=("card_no",), business="build_date", person="empi", overlay=Overlay.CHILD
        )


class VaccRecord(PersonTable):
    """预防接种: one row per dose that is due; `given_date` empty when it was not given."""

    dose_id: Text = fact("接种记录编号", Reveals.RECORD, required=True)
    vaccine_code: Text = fact("疫苗", required=True, codes="vaccine")
    dose_no: Whole = fact("剂次", required=True)
    due_date: Day = fact("应种日期", required=True)
    given_date: Day = fact("接种日期")

    class Config:
        """Table facts."""

        metadata = facts("预防接种", "ph", key=("dose_id",), month="due_date", person="empi", overlay=Overlay.CHILD)


class IdrReport(PersonTable):
    """传染病病例: one row per registered case; `report_time` empty when it was not reported."""

    report_id: Text = fact("报告卡编号", Reveals.RECORD, required=True)
    disease_class: Text = fact("类别", required=True, isin=("甲", "乙", "丙"))
    disease: Text = fact("病种", required=True, codes="infectious_disease")
    two_hour_flag: Text = flag("两小时报告", required=True, note="甲类 and those managed like it")
    diagnose_time: Instant = fact("诊断时间", required=True)
    report_time: Instant = fact("报告时间")

    class Config:
        """Table facts."""

        metadata = facts(
            "传染病病例", "ph", key=("report_id",), month="diagnose_time", person="empi", overlay=Overlay.INFECTIOUS
        )


class PheEvent(CommissionTable):
    """突发公共卫生事件."""

    event_id: Text = fact("事件编号", required=True)
    event_name: Text = fact("事件名称", Reveals.TEXT)
    found_time: Instant = fact("发现时间", required=True)
    report_time: Instant = fact("报告时间")
    timely_flag: Text = flag("及时报告", required=True)

    class Config:
        """Table facts."""

        metadata = facts("突发事件", "ph", key=("event_id",), month="found_time")


class EduEvent(CommissionTable):
    """健康教育: one row per activity."""

    event_id: Text = fact("活动编号", required=True)
    form: Text = fact("形式", required=True, codes="edu_form", note="1 印刷资料 2 音像 3 宣传栏 4 讲座 5 咨询")
    topic: Text = fact("主题", Reveals.TEXT)
    event_date: Day = fact("活动日期", required=True)
    people: Whole = fact("参加人数", unit="人")
    material_kinds: Whole = fact("资料种类", unit="种")
    material_qty: Whole = fact("资料数量", unit="份")
    minutes: Whole = fact("时长", unit="分钟")
    tcm_flag: Text = flag("含中医药内容", required=True)

    class Config:
        """Table facts."""

        metadata = facts("健康教育", "ph", key=("event_id",), month="event_date")


class HsrEvent(CommissionTable):
    """卫生监督协管: one row per event found or patrol made."""

    event_id: Text = fact("记录编号", required=True)
    event_type: Text = fact("类别", required=True, codes="hsr_type")
    found_date: Day = fact("发现或巡查日期", required=True)
    report_date: Day = fact("报告日期")
    patrol_flag: Text = flag("巡查", required=True, note="1 a patrol, 0 an event to report")

    class Config:
        """Table facts."""

        metadata = facts("监督协管", "ph", key=("event_id",), month="found_date")

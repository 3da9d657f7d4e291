"""The free examination of all residents (全民体检), its laboratory, imaging and ECG results, and two-card service."""

from schemas.column import Amount, Day, Instant, Text, Whole
from schemas.commission.columns import CommissionTable, Measure, PersonTable, Reveals, fact, facts, flag


class ExamRoster(PersonTable):
    """应检名单: who should be examined in a year; `household` 1 户籍 2 流动."""

    year: Whole = fact("年度", required=True)
    household: Text = fact("居住类型", required=True, isin=("1", "2"))

    class Config:
        """Table facts."""

        metadata = facts("应检名单", "exam", key=("empi", "year"), person="empi")


class ExamReg(PersonTable):
    """体检登记: one row per examination."""

    exam_no: Text = fact("体检编号", Reveals.RECORD, required=True)
    year: Whole = fact("体检年度", required=True)
    package: Text = fact("体检套餐", required=True, codes="exam_package")
    reg_date: Day = fact("登记日期", required=True)
    exam_date: Day = fact("体检日期")
    final_date: Day = fact("总检日期", note="empty: not finished")
    final_doctor: Text = fact("总检医生", Reveals.WORKER)
    abnormal_flag: Text = flag("总检异常", required=True)
    summary: Text = fact("总检建议", Reveals.TEXT)
    feedback_date: Day = fact("反馈日期")
    archive_linked_flag: Text = flag("已同步健康档案", required=True)
    recheck_flag: Text = flag("需复查或转诊", required=True)
    recheck_date: Day = fact("复查或转诊日期")
    void_flag: Text = flag("作废", required=True)

    class Config:
        """Table facts."""

        metadata = facts("体检登记", "exam", key=("exam_no",), month="reg_date", person="empi")


class ExamItem(PersonTable):
    """体检分项: one row per item of the package; `result` 未检 when it was not done."""

    exam_no: Text = fact("体检编号", Reveals.RECORD, required=True)
    item_code: Text = fact("项目编码", required=True, codes="exam_item")
    item_date: Day = fact("检查日期", required=True, note="the registration's day when it was not done")
    value_raw: Text = fact("结果原文", Reveals.TEXT)
    value_num: Measure = fact("结果数值")
    unit: Text = fact("单位")
    result: Text = fact("判定", required=True, isin=("0", "1", "2", "3", "9"), note="0 正常 1 高 2 低 3 异常 9 未检")
    refused_flag: Text = flag("拒检", required=True)

    class Config:
        """Table facts."""

        metadata = facts("体检分项", "exam", key=("exam_no", "item_code"), month="item_date", person="empi")


class ExamDeptSummary(PersonTable):
    """科室小结."""

    exam_no: Text = fact("体检编号", Reveals.RECORD, required=True)
    dept: Text = fact("科室", required=True, codes="exam_dept")
    summary_date: Day = fact("小结日期", required=True)
    done_flag: Text = flag("已查", required=True)
    summary: Text = fact("小结", Reveals.TEXT)

    class Config:
        """Table facts."""

        metadata = facts("体检科室小结", "exam", key=("exam_no", "dept"), month="summary_date", person="empi")


class LisResult(PersonTable):
    """检验结果: one row per report and item, of examinations and of care."""

    report_no: Text = fact("检验单号", Reveals.RECORD, required=True)
    item_code: Text = fact("检验项目", required=True)
    barcode: Text = fact("条码", Reveals.RECORD)
    exam_no: Text = fact("体检编号", Reveals.RECORD)
    audit_time: Instant = fact("审核时间", required=True)
    value_raw: Text = fact("结果原文", Reveals.TEXT)
    value_num: Measure = fact("结果数值")
    unit: Text = fact("单位")
    abnormal_flag: Text = flag("异常", required=True)
    critical_flag: Text = flag("危急值", required=True)
    critical_reported: Text = flag("危急值已通报", required=True)

    class Config:
        """Table facts."""

        metadata = facts("检验结果", "lis", key=("report_no", "item_code"), month="audit_time", person="empi")


class RisReport(PersonTable):
    """影像报告 (DR, ultrasound)."""

    check_no: Text = fact("检查号", Reveals.RECORD, required=True)
    device: Text = fact("设备类型", required=True, isin=("DR", "US"))
    part: Text = fact("部位")
    exam_no: Text = fact("体检编号", Reveals.RECORD)
    report_time: Instant = fact("报告时间", required=True)
    finding: Text = fact("所见", Reveals.TEXT)
    diagnosis: Text = fact("诊断意见", Reveals.TEXT)
    abnormal_flag: Text = flag("异常", required=True)

    class Config:
        """Table facts."""

        metadata = facts("影像报告", "pacs", key=("check_no",), month="report_time", person="empi")


class EcgReport(PersonTable):
    """心电报告."""

    check_no: Text = fact("检查号", Reveals.RECORD, required=True)
    exam_no: Text = fact("体检编号", Reveals.RECORD)
    report_time: Instant = fact("报告时间", required=True)
    finding: Text = fact("结论", Reveals.TEXT)
    abnormal_flag: Text = flag("异常", required=True)

    class Config:
        """Table facts."""

        metadata = facts("心电报告", "ecg", key=("check_no",), month="report_time", person="empi")


class ServiceEvent(PersonTable):
    """两卡制服务: one row per service authenticated by the resident's and the doctor's card (移动公卫)."""

    event_id: Text = fact("服务编号", Reveals.RECORD, required=True)
    staff_id: Text = fact("服务人员", required=True)
    item_code: Text = fact("服务项目", required=True, codes="service_item")
    start_time: Instant = fact("开始时间", required=True)
    end_time: Instant = fact("结束时间")
    resident_auth: Text = fact("居民认证", codes="resident_auth", note="1 身份证 2 健康卡 3 人脸 4 二维码; empty: none")
    doctor_auth_flag: Text = flag("医生卡认证", required=True)
    face_tried_flag: Text = flag("使用刷脸", required=True)
    face_ok_flag: Text = flag("刷脸成功", required=True)
    offline_flag: Text = flag("离线采集", required=True)
    late_flag: Text = flag("补录", required=True)
    upload_status: Text = fact(
        "上传结果", required=True, codes="upload_status", note="0 成功 1 超过有效期 2 档案注销 3 重复"
    )
    gps: Text = fact("定位", Reveals.PLACE)
    points: Measure = fact("工分")

    class Config:
        """Table facts."""

        metadata = facts("两卡制服务", "twocard", key=("event_id",), month="start_time", person="empi")


class PointsSettle(CommissionTable):
    """工分结算: one row per institution, worker and month."""

    settle_id: Text = fact("结算编号", required=True)
    staff_id: Text = fact("人员编码", required=True)
    of_month: Day = fact("所属月份", required=True)
    raw_points: Measure = fact("校正前工分", required=True)
    quality_coef: Measure = fact("质量系数", required=True)
    corrected_points: Measure = fact("校正后工分", required=True)
    amount: Amount = fact("分配金额", required=True, unit="元")
    settled_flag: Text = flag("已锁定", required=True)

    class Config:
        """Table facts."""

        metadata = facts("工分结算", "twocard", key=("settle_id",), month="of_month")

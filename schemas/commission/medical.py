"""Basic medical care of centres (HIS) and village clinics (乡村一体化), and rational use of drugs."""

from schemas.column import Amount, Day, Instant, Quantity, Text, Whole
from schemas.commission.columns import CommissionTable, PersonTable, Reveals, fact, facts, flag


class OpVisit(PersonTable):
    """门诊就诊: one row per registration; cancelled ones stay (`cancel_flag`), and are no visit."""

    visit_id: Text = fact("就诊编号", Reveals.RECORD, required=True)
    visit_time: Instant = fact("就诊时间", required=True)
    kind: Text = fact(
        "类别", required=True, codes="visit_kind", note="1 门诊 2 急诊 3 出诊 4 体检 5 接种 6 公卫 7 咨询指导"
    )
    dept_code: Text = fact("科室编码")
    doctor_id: Text = fact("医师编码")
    doctor_name: Text = fact("医师姓名", Reveals.WORKER)
    cancel_flag: Text = flag("退号或作废", required=True)
    first_flag: Text = flag("本年首诊", required=True)
    bp_flag: Text = flag("首诊测血压", required=True)
    bg_flag: Text = flag("首诊测血糖", required=True)
    referral: Text = fact("转诊", isin=("1", "2"), note="1 上转 2 下转接收")
    end_time: Instant = fact("接诊结束时间")
    death_flag: Text = flag("急诊死亡", required=True)
    observation_flag: Text = flag("留观", required=True)

    class Config:
        """Table facts."""

        metadata = facts("门诊就诊", "his", key=("visit_id",), month="visit_time", person="empi")


class OpDiagnosis(PersonTable):
    """门诊诊断."""

    visit_id: Text = fact("就诊编号", Reveals.RECORD, required=True)
    diag_no: Whole = fact("诊断序号", required=True)
    icd10: Text = fact("疾病编码", required=True)
    diag_name: Text = fact("疾病名称", required=True)
    main_flag: Text = flag("主要诊断", required=True)
    diag_time: Instant = fact("诊断时间", required=True)

    class Config:
        """Table facts."""

        metadata = facts("门诊诊断", "his", key=("visit_id", "diag_no"), month="diag_time", person="empi")


class Prescription(PersonTable):
    """处方; `void_flag` ones are no prescription."""

    rx_id: Text = fact("处方编号", Reveals.RECORD, required=True)
    visit_id: Text = fact("就诊编号", Reveals.RECORD, required=True)
    rx_time: Instant = fact("开方时间", required=True)
    rx_type: Text = fact("处方类别", required=True, isin=("1", "2", "3"), note="1 西药 2 中成药 3 中草药")
    doctor_id: Text = fact("医师编码")
    void_flag: Text = flag("作废", required=True)
    amount: Amount = fact("金额", required=True, unit="元")

    class Config:
        """Table facts."""

        metadata = facts("处方", "his", key=("rx_id",), month="rx_time", person="empi")


class RxLine(PersonTable):
    """处方明细."""

    rx_id: Text = fact("处方编号", Reveals.RECORD, required=True)
    line_no: Whole = fact("行号", required=True)
    rx_time: Instant = fact("开方时间", required=True)
    drug_id: Text = fact("药品编码", required=True)
    qty: Quantity = fact("数量", required=True)
    amount: Amount = fact("金额", required=True, unit="元")
    infusion_flag: Text = flag("静脉输液", required=True)
    skin_test_flag: Text = flag("皮试", required=True)
    external_flag: Text = flag("外用", required=True)

    class Config:
        """Table facts."""

        metadata = facts("处方明细", "his", key=("rx_id", "line_no"), month="rx_time", person="empi")


class Bill(PersonTable):
    """收费: one row per outpatient or inpatient bill; refunds are negative bills of their own."""

    bill_id: Text = fact("票据编号", Reveals.RECORD, required=True)
    side: Text = fact("类别", required=True, isin=("1", "2"), note="1 门诊 2 住院")
    visit_id: Text = fact("就诊编号", Reveals.RECORD)
    charge_time: Instant = fact("收费时间", required=True)
    close_date: Day = fact("结账日期")
    sum_date: Day = fact("汇总日期")
    total: Amount = fact("总金额", required=True, unit="元")
    fund_pay: Amount = fact("医保基金支付", required=True, unit="元")
    self_pay: Amount = fact("个人支付", required=True, unit="元")
    void_flag: Text = flag("作废", required=True)

    class Config:
        """Table facts."""

        metadata = facts("收费", "his", key=("bill_id",), month="charge_time", person="empi")


class BillItem(PersonTable):
    """收费明细."""

    bill_id: Text = fact("票据编号", Reveals.RECORD, required=True)
    line_no: Whole = fact("行号", required=True)
    charge_time: Instant = fact("收费时间", required=True)
    fee_class: Text = fact("费用类别", required=True, codes="fee_class")
    drug_id: Text = fact("药品编码")
    amount: Amount = fact("金额", required=True, unit="元")

    class Config:
        """Table facts."""

        metadata = facts("收费明细", "his", key=("bill_id", "line_no"), month="charge_time", person="empi")


class IpAdmission(PersonTable):
    """住院; partitioned by admission, counted as discharge by `out_time`."""

    ip_id: Text = fact("住院号", Reveals.RECORD, required=True)
    in_time: Instant = fact("入院时间", required=True)
    out_time: Instant = fact("出院时间")
    dept_code: Text = fact("科室编码")
    out_way: Text = fact("离院方式", codes="out_way", note="1 医嘱 2 转院 3 转基层 4 非医嘱 5 死亡 9 其他")
    cancel_flag: Text = flag("退院", required=True)
    bed_days: Whole = fact("占用床日", unit="天", note="of the stay, when discharged")
    total: Amount = fact("住院医药费", unit="元", note="of the stay, when discharged")
    antibiotic_flag: Text = flag("使用抗菌药物", required=True)
    icd10: Text = fact("主要诊断编码")

    class Config:
        """Table facts."""

        metadata = facts("住院", "his", key=("ip_id",), month="in_time", person="empi")


class BedDay(CommissionTable):
    """床日: one row per department and day; open and occupied beds are counted, never derived from admissions."""

    dept_code: Text = fact("科室编码", required=True)
    day: Day = fact("日期", required=True)
    open_beds: Whole = fact("开放床位", required=True, unit="张")
    occupied_beds: Whole = fact("占用床位", required=True, unit="张")

    class Config:
        """Table facts."""

        metadata = facts("床日", "his", key=("org_code", "dept_code", "day"), month="day")


class RxReview(CommissionTable):
    """处方点评."""

    review_id: Text = fact("点评编号", required=True)
    rx_id: Text = fact("处方编号", Reveals.RECORD, required=True)
    review_date: Day = fact("点评日期", required=True)
    result: Text = fact("结果", required=True, isin=("1", "2", "3", "4"), note="1 合格 2 不规范 3 不适宜 4 超常")

    class Config:
        """Table facts."""

        metadata = facts("处方点评", "rational", key=("review_id",), month="review_date")


class RationalHit(CommissionTable):
    """合理用药提示: one row per rule that a prescription met."""

    hit_id: Text = fact("提示编号", required=True)
    rx_id: Text = fact("处方编号", Reveals.RECORD, required=True)
    rule_code: Text = fact("规则", required=True)
    severity: Text = fact("级别", required=True, isin=("1", "2", "3"), note="1 提示 2 警告 3 禁止")
    action: Text = fact("处理", required=True, isin=("1", "2", "3"), note="1 放行 2 拦截 3 修改")
    hit_time: Instant = fact("提示时间", required=True)

    class Config:
        """Table facts."""

        metadata = facts("合理用药提示", "rational", key=("hit_id",), month="hit_time")

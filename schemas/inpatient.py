"""What belongs to an inpatient stay: the admission and its operations."""

from schemas.column import DAYS, GRAMS, Day, Instant, Quantity, StdTable, Text, Whole, column, table


class Admission(StdTable):
    """住院登记与出院: one row per stay (interface 2401/2402/4101)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    ipt_no: Text = column("住院号", required=True)
    medcasno: Text = column("病案号")
    begntime: Instant = column("入院时间")
    endtime: Instant = column("出院时间")
    adm_dept_codg: Text = column("入院科室编码")
    adm_dept_name: Text = column("入院科室名称")
    refldept_dept_codg: Text = column("转科科室编码", note="several joined by |")
    refldept_dept_name: Text = column("转科科室名称", note="several joined by |")
    dscg_dept_codg: Text = column("出院科室编码")
    dscg_dept_name: Text = column("出院科室名称")
    chfpdr_code: Text = column("主诊医师编码")
    chfpdr_name: Text = column("主诊医师姓名")
    bed: Text = column("床位号", note="several joined by |")
    nwb_adm_type: Text = column("新生儿入院类型")
    nwb_bir_wt: Quantity = column("新生儿出生体重", unit=GRAMS)
    nwb_adm_wt: Quantity = column("新生儿入院体重", unit=GRAMS)
    act_ipt_days: Whole = column("实际住院天数", unit=DAYS)
    dscg_way: Text = column("离院方式", codes="dscg_way")
    psn_no: Text = column("人员编号")
    adm_way: Text = column("入院途径")
    adm_diag_dscr: Text = column("入院诊断描述")
    die_date: Day = column("死亡日期")
    spga_nurscare_days: Whole = column("特级护理天数", unit=DAYS)
    lv1_nurscare_days: Whole = column("一级护理天数", unit=DAYS)
    lv2_nurscare_days: Whole = column("二级护理天数", unit=DAYS)
    lv3_nurscare_days: Whole = column("三级护理天数", unit=DAYS)
    days_rinp_flag_31: Text = column("31天内再住院计划标志", isin=("0", "1"))

    class Config:
        """Table facts."""

        metadata = table("住院登记", key=("mdtrt_id",), time="begntime")


class Operation(StdTable):
    """手术操作: one row per operation of a stay (4101 oprninfo)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    oprn_srt_no: Whole = column("手术操作序号", required=True)
    main_oprn_flag: Text = column("主手术操作标志", required=True, isin=("0", "1"))
    oprn_oprt_code: Text = column("手术操作编码", note="ICD-9-CM-3, insurance edition")
    oprn_oprt_name: Text = column("手术操作名称")
    oprn_oprt_date: Day = column("手术操作日期")
    anst_way: Text = column("麻醉方式")
    anst_begntime: Instant = column("麻醉开始时间")
    anst_endtime: Instant = column("麻醉结束时间")
    oprn_oprt_begntime: Instant = column("手术开始时间")
    oprn_oprt_endtime: Instant = column("手术结束时间")
    oper_dr_code: Text = column("主刀医师代码")
    oper_dr_name: Text = column("主刀医师姓名")
    oper_other_dr_code: Text = column("其他术者代码", note="several joined by |")
    oper_other_dr_name: Text = column("其他术者姓名", note="several joined by |")
    anst_dr_code: Text = column("麻醉医师代码")
    anst_dr_name: Text = column("麻醉医师姓名")

    class Config:
        """Table facts."""

        metadata = table("手术操作", key=("mdtrt_id", "oprn_srt_no"))

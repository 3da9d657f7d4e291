"""What belongs to an outpatient visit: the registration and the lines of its prescriptions."""

from schemas.column import (
    DAYS,
    FLAG,
    YUAN,
    Amount,
    Instant,
    Price,
    Quantity,
    StdTable,
    Text,
    Whole,
    column,
    table,
)


class Registration(StdTable):
    """门诊挂号: one row per registration, paid for or not (interface 2201/2203, X_OTP_REG)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    ipt_otp_no: Text = column("门诊号", required=True)
    psn_no: Text = column("人员编号")
    begntime: Instant = column("挂号时间")
    rgst_type: Text = column("挂号类别")
    dept_codg: Text = column("就诊科室编码")
    dept_name: Text = column("就诊科室名称")
    dr_codg: Text = column("接诊医师编码")
    dr_name: Text = column("接诊医师姓名")
    rgst_fee: Amount = column("挂号费", unit=YUAN)
    cnsl_fee: Amount = column("诊察费", unit=YUAN)
    retn_flag: Text = column("退号标志", isin=FLAG)
    retn_time: Instant = column("退号时间")

    class Config:
        """Table facts."""

        metadata = table("门诊挂号", key=("mdtrt_id",), time="begntime")


class PrescriptionLine(StdTable):
    """处方明细: one row per line of a prescription (2204 and X_OTP_RX)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    rxno: Text = column("处方号", required=True)
    rx_line_no: Whole = column("处方行号", required=True)
    rx_grp_no: Text = column("处方组号")
    medins_list_codg: Text = column("医药机构目录编码")
    medins_list_name: Text = column("医药机构目录名称")
    spec: Text = column("规格")
    medc_way_dscr: Text = column("用药途径描述")
    sin_dos_dscr: Text = column("单次剂量描述")
    sin_doscunt: Text = column("单次剂量单位")
    used_frqu_dscr: Text = column("使用频次描述")
    prd_days: Quantity = column("周期天数", unit=DAYS)
    cnt: Quantity = column("数量")
    prcunt: Text = column("计价单位")
    pric: Price = column("单价", unit=YUAN)
    det_item_fee_sumamt: Amount = column("明细项目费用总额", unit=YUAN)
    tcmdrug_used_way: Text = column("中药使用方式")
    rx_dose_cnt: Quantity = column("剂数")
    rx_circ_flag: Text = column("外购处方标志", isin=FLAG)
    phar_chk_name: Text = column("审方药师")
    phar_disp_name: Text = column("调配药师")
    disp_time: Instant = column("发药时间")
    vali_flag: Text = column("有效标志", isin=FLAG)

    class Config:
        """Table facts."""

        metadata = table("处方明细", key=("rxno", "rx_line_no"))

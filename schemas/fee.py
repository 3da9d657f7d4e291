"""Fee lines and the prescriptions they were ordered on."""

from schemas.column import FLAG, YUAN, Amount, Instant, Price, Quantity, Ratio, StdTable, Text, column, table


class FeeLine(StdTable):
    """费用明细: one row per billed line, with its own id (interface 2204/2301).

    Refund lines have negative quantity and amount and point to the original line.
    """

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    feedetl_sn: Text = column("费用明细流水号", required=True)
    init_feedetl_sn: Text = column("原费用流水号", note="set on refund lines")
    setl_id: Text = column("结算ID", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    rxno: Text = column("处方号")
    drord_no: Text = column("医嘱号")
    bilg_time: Instant = column("项目开单时间", source="national list BILLING_TIME")
    fee_ocur_time: Instant = column("费用发生时间")
    bilg_dept_codg: Text = column("开单科室编码")
    bilg_dept_name: Text = column("开单科室名称")
    bilg_dr_codg: Text = column("开单医生编码")
    bilg_dr_name: Text = column("开单医生姓名")
    acord_dept_codg: Text = column("受单科室编码")
    acord_dept_name: Text = column("受单科室名称")
    med_chrgitm_type: Text = column("医疗收费项目类别", codes="med_chrgitm_type")
    chrgitm_lv: Text = column("收费项目等级", codes="chrgitm_lv")
    list_type: Text = column("目录类别", codes="list_type")
    medins_list_codg: Text = column("医药机构目录编码")
    medins_list_name: Text = column("医药机构目录名称")
    med_list_codg: Text = column("医疗目录编码", note="as it was at billing; empty on self-pay lines")
    hilist_name: Text = column("医保目录名称")
    spec: Text = column("规格")
    dosform_name: Text = column("剂型名称")
    prcunt: Text = column("计价单位")
    pric: Price = column("单价", unit=YUAN)
    cnt: Quantity = column("数量", note="in prcunt; negative on refund lines")
    det_item_fee_sumamt: Amount = column("明细项目费用总额", required=True, unit=YUAN)
    overlmt_amt: Amount = column("超限价金额", unit=YUAN)
    preselfpay_amt: Amount = column("先行自付金额", unit=YUAN)
    fulamt_ownpay_amt: Amount = column("全自费金额", unit=YUAN)
    inscp_scp_amt: Amount = column("符合政策范围金额", unit=YUAN)
    selfpay_prop: Ratio = column("自付比例")
    dscg_tkdrug_flag: Text = column("出院带药标志", isin=FLAG)

    class Config:
        """Table facts."""

        metadata = table("费用明细", key=("feedetl_sn",), amount="det_item_fee_sumamt", parent="setl_id")


class Prescription(StdTable):
    """处方: one row per prescription or request form (header of X_OTP_RX)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    rxno: Text = column("处方号", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    rx_type: Text = column("处方类型")
    isu_time: Instant = column("开具时间")
    bilg_dept_codg: Text = column("开单科室编码")
    bilg_dept_name: Text = column("开单科室名称")
    bilg_dr_codg: Text = column("开单医生编码")
    bilg_dr_name: Text = column("开单医生姓名")

    class Config:
        """Table facts."""

        metadata = table("处方", key=("rxno",), time="isu_time")

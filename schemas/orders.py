"""Inpatient orders, what was done on them, and the bundles they may come from."""

from schemas.column import (
    FLAG,
    YUAN,
    Amount,
    Day,
    Instant,
    Price,
    Quantity,
    StdTable,
    Text,
    column,
    table,
)


class MedicalOrder(StdTable):
    """住院医嘱: one row per order line, not per execution (interface 4402, X_IPT_ORDER)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    drord_no: Text = column("医嘱号", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    drord_grpno: Text = column("医嘱组号")
    drord_type: Text = column("医嘱类型", note="长期, 临时 or 出院带药")
    drord_item_type: Text = column("医嘱项目类别")
    medins_list_codg: Text = column("医药机构目录编码")
    medins_list_name: Text = column("医药机构目录名称")
    drord_cont: Text = column("医嘱内容", source="national list ORDER_NAME (second)")
    pkg_codg: Text = column("组套编码")
    spec: Text = column("规格")
    medc_way_dscr: Text = column("用药途径描述")
    sin_dos_dscr: Text = column("单次剂量描述")
    sin_doscunt: Text = column("单次剂量单位")
    used_frqu_dscr: Text = column("使用频次描述")
    cnt: Quantity = column("数量")
    prcunt: Text = column("计价单位")
    pric: Price = column("单价", unit=YUAN)
    isu_time: Instant = column("开立时间")
    drord_begntime: Instant = column("医嘱开始时间")
    drord_endtime: Instant = column("医嘱停止时间")
    isu_dept_codg: Text = column("开立科室编码")
    isu_dept_name: Text = column("开立科室名称")
    isu_dr_codg: Text = column("开立医师编码")
    isu_dr_name: Text = column("开立医师姓名")
    stop_dr_name: Text = column("停止医师姓名")
    chk_nurs_name: Text = column("核对护士姓名")
    skintst_rslt: Text = column("皮试结果")
    vali_flag: Text = column("有效标志", isin=FLAG)

    class Config:
        """Table facts."""

        metadata = table("住院医嘱", key=("drord_no",), time="isu_time")


class OrderExecution(StdTable):
    """医嘱执行: one row per execution of an order (MEDICAL_ORDER_EXECUTE)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    exe_sn: Text = column("医嘱执行流水号", required=True)
    drord_no: Text = column("医嘱号", required=True)
    exe_time: Instant = column("医嘱执行时间")
    exe_endtime: Instant = column("执行结束时间")
    exe_dept_codg: Text = column("医嘱执行科室编码")
    exe_dept_name: Text = column("医嘱执行科室名称")
    exe_nurs_name: Text = column("执行护士姓名")

    class Config:
        """Table facts."""

        metadata = table("医嘱执行", key=("exe_sn",), time="exe_time")


class OrderPackage(StdTable):
    """收费组套: one row per bundle and item that the institution has put together itself."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    pkg_codg: Text = column("组套编码", required=True)
    pkg_name: Text = column("组套名称")
    pkg_pric: Amount = column("组套价格", unit=YUAN)
    medins_list_codg: Text = column("医药机构目录编码", required=True)
    medins_list_name: Text = column("医药机构目录名称")
    pric_codg: Text = column("物价编码", note="code of the price bureau")
    pric: Price = column("项目单价", unit=YUAN)
    cnt: Quantity = column("项目数量")
    exe_dept_codg: Text = column("组套执行科室编码")
    exe_dept_name: Text = column("组套执行科室名称")
    begndate: Day = column("启用日期")
    enddate: Day = column("停用日期")
    used_flag: Text = column("使用标志", isin=FLAG)

    class Config:
        """Table facts."""

        metadata = table("收费组套", key=("pkg_codg", "medins_list_codg"))

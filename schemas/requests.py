"""Requests for laboratory tests and examinations (LIS, PACS, ECG), and the reports that came of them."""

from schemas.column import FLAG, Instant, StdTable, Text, column, table


class Request(StdTable):
    """What a request for a laboratory item and one for an examination have in common; no table of its own."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    appy_no: Text = column("申请单号", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    feedetl_sn: Text = column("费用明细流水号", note="the line under which it was billed")
    appy_time: Instant = column("申请时间")
    appy_dept_codg: Text = column("申请科室编码")
    appy_dept_name: Text = column("申请科室名称")
    appy_dr_codg: Text = column("申请医师编码")
    appy_dr_name: Text = column("申请医师姓名")
    medins_list_codg: Text = column("医药机构目录编码", note="the ordered and billed item")
    medins_list_name: Text = column("医药机构目录名称")
    exe_dept_name: Text = column("执行科室名称")
    out_flag: Text = column("外送标志", isin=FLAG)
    out_org_name: Text = column("外送机构名称")
    appy_stas: Text = column("申请状态", note="申请, 登记, 报告 or 作废")


class LabRequest(Request):
    """检验申请: one row per requested laboratory item (X_LAB_REQ)."""

    spcm_name: Text = column("标本类型")
    spcm_no: Text = column("标本号")
    out_org_codg: Text = column("外送机构编码")

    class Config:
        """Table facts."""

        metadata = table("检验申请", key=("appy_no",), time="appy_time")


class LabResult(StdTable):
    """检验结果: one row per result item of a report (LABINFO; interface 4502)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    rslt_sn: Text = column("结果流水号", required=True)
    appy_no: Text = column("申请单号", required=True)
    rpotc_no: Text = column("报告单号")
    rslt_item_codg: Text = column("检验项目代码")
    rslt_item_name: Text = column("检验项目名称")
    rslt_val: Text = column("检验结果值", note="as printed: a number or words such as 阴性")
    rslt_unt: Text = column("检验结果单位")
    ref_val: Text = column("参考范围")
    rslt_abn: Text = column("结果异常标志")
    mach_time: Instant = column("上机时间")
    rpt_time: Instant = column("报告时间")
    rpt_dr_name: Text = column("报告医师姓名")
    vali_flag: Text = column("有效标志", isin=FLAG)

    class Config:
        """Table facts."""

        metadata = table("检验结果", key=("rslt_sn",), time="rpt_time")


class ExamRequest(Request):
    """检查申请: one row per requested examination, electrocardiograms included (X_EXAM_REQ)."""

    class Config:
        """Table facts."""

        metadata = table("检查申请", key=("appy_no",), time="appy_time")


class ExamReport(StdTable):
    """检查报告: one row per examined item (EXAMINFO; interface 4501), from imaging and ECG alike."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    rpotc_no: Text = column("报告单号", required=True)
    appy_no: Text = column("申请单号", required=True)
    exam_time: Instant = column("检查时间")
    exam_part: Text = column("检查部位")
    exam_dept_name: Text = column("检查科室名称")
    dev_no: Text = column("设备编码", note="asset number, as in the register of equipment")
    rpt_time: Instant = column("报告时间")
    rpt_dr_name: Text = column("报告医师姓名")
    exam_rslt: Text = column("检查所见")
    exam_ccls: Text = column("检查结论")
    exam_abn: Text = column("检查结果异常标志", isin=FLAG)
    pic_no: Text = column("检查图像编码", note="accession number of the PACS")
    vali_flag: Text = column("有效标志", isin=FLAG)

    class Config:
        """Table facts."""

        metadata = table("检查报告", key=("rpotc_no",), time="exam_time")

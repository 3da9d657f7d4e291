"""The institution, its departments and its staff."""

from schemas.column import Day, Instant, StdTable, Text, Whole, column, table


class Institution(StdTable):
    """定点医疗机构: one row per institution code (X_ORG_INFO of the inspection handbook, 5.1)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    fixmedins_name: Text = column("定点医疗机构名称", required=True)
    uscc: Text = column("统一社会信用代码")
    fix_blng_admdvs: Text = column("所属行政区划")
    hosp_lv: Text = column("医院等级", codes="hosp_lv")
    hi_setl_lv: Text = column("医保结算等级", note="0/1/2/3 when the system keeps it itself")
    aprv_bed_cnt: Whole = column("核定床位", unit="张")
    hosp_area: Text = column("院区", note="empty when there is one site only")
    begndate: Day = column("定点开始日期")
    enddate: Day = column("定点停止日期")

    class Config:
        """Table facts."""

        metadata = table("机构", key=("fixmedins_code",))


class Department(StdTable):
    """科室: one row per department and validity (interface 3401, X_DEPT)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    hosp_dept_codg: Text = column("科室编码", required=True)
    hosp_dept_name: Text = column("科室名称", required=True)
    caty: Text = column("科别")
    begntime: Instant = column("开始时间")
    endtime: Instant = column("结束时间")

    class Config:
        """Table facts."""

        metadata = table("科室", key=("fixmedins_code", "hosp_dept_codg"))


class Staff(StdTable):
    """医护人员: one row per user of the HIS (X_STAFF; the norm's column set is unverified)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    medins_psn_code: Text = column("HIS 人员编码", required=True)
    prac_psn_code: Text = column("国家医保人员代码")
    prac_psn_name: Text = column("姓名")
    prac_psn_type: Text = column("人员类别")
    hosp_dept_codg: Text = column("所属科室编码")
    begndate: Day = column("生效日期")
    enddate: Day = column("失效日期")

    class Config:
        """Table facts."""

        metadata = table("医护人员", key=("fixmedins_code", "medins_psn_code"))

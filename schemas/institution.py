"""The institution, its departments and its staff."""

from schemas.column import FLAG, YUAN, Amount, Day, Instant, StdTable, Text, Whole, column, table


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
    inst_natu: Text = column("机构性质", note="公立 or 民营")
    inst_type: Text = column("机构类型")
    supe_org_codg: Text = column("上级机构编码")
    branch_flag: Text = column("分院标志", isin=FLAG)
    vill_clinic_flag: Text = column("村卫生室标志", isin=FLAG)
    his_name: Text = column("HIS 名称及版本")
    dbms_name: Text = column("数据库类型及版本")

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
    dept_med_serv_scp: Text = column("医疗服务范围")
    dept_estbdat: Day = column("科室成立日期")
    aprv_bed_cnt: Whole = column("批准床位", unit="张")
    hi_crtf_bed_cnt: Whole = column("医保认可床位", unit="张")
    dr_psncnt: Whole = column("医师人数", unit="人")
    phar_psncnt: Whole = column("药师人数", unit="人")
    nurs_psncnt: Whole = column("护士人数", unit="人")
    tecn_psncnt: Whole = column("技师人数", unit="人")

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
    prac_cert_no: Text = column("执业证书编码")
    qua_cert_no: Text = column("资格证书编码")
    prac_type: Text = column("执业类别")
    prac_scp: Text = column("执业范围")
    pro_tech_duty: Text = column("职称")
    psn_stas: Text = column("在岗状态")
    rx_flag: Text = column("处方权标志", isin=FLAG)
    anst_rx_flag: Text = column("麻精处方权标志", isin=FLAG)
    abx_lv: Text = column("抗菌药物级别")

    class Config:
        """Table facts."""

        metadata = table("医护人员", key=("fixmedins_code", "medins_psn_code"))


class Equipment(StdTable):
    """设备: one row per asset of the register and billed item (X_EQUIP; EXAM_DEV_NO of the national list)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    dev_no: Text = column("资产编号", required=True)
    dev_name: Text = column("设备名称")
    dev_mol: Text = column("规格型号")
    manu_name: Text = column("设备生产企业")
    mdrcn: Text = column("医疗器械注册证编号")
    purc_date: Day = column("购置日期")
    begndate: Day = column("启用日期")
    enddate: Day = column("停用日期")
    scrp_date: Day = column("报废日期")
    hosp_dept_codg: Text = column("使用科室编码")
    hosp_dept_name: Text = column("使用科室名称")
    medins_list_codg: Text = column("关联收费项目编码")
    alloc_lic_no: Text = column("配置许可证", note="large equipment")
    purc_amt: Amount = column("购置金额", unit=YUAN)
    dev_orig: Text = column("设备来源", note="购置, 捐赠 or 调拨")
    dev_stas: Text = column("设备状态")

    class Config:
        """Table facts."""

        metadata = table("设备", key=("fixmedins_code", "dev_no", "medins_list_codg"))

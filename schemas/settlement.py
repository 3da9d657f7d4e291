"""Settlements, outpatient and inpatient, with the payment parts of the national interface."""

from schemas.column import FLAG, YEARS, YUAN, Amount, Instant, Quantity, StdTable, Text, column, table


class Settlement(StdTable):
    """结算: one row per settlement; a refund is a row of its own (interface 2207/2304).

    A reversal carries negative amounts, `refd_setl_flag` = 1 and the original in `init_setl_id`;
    a partial refund is a reversal in full plus a new settlement (invariant F03).
    """

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    setl_id: Text = column("结算ID", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    psn_no: Text = column("人员编号", required=True)
    mz_zy: Text = column(
        "门诊住院标志",
        required=True,
        isin=("MZ", "ZY"),
        note="as the institution files it: day surgery and dialysis may stand in either (E2)",
    )
    setl_time: Instant = column("结算时间", required=True)
    begntime: Instant = column("就诊开始时间")
    endtime: Instant = column("就诊结束时间")
    ipt_otp_no: Text = column("门诊号/住院号")
    hi_setl_flag: Text = column("医保结算标志", required=True, isin=FLAG, note="1 = insured")
    insutype: Text = column("险种", codes="insutype")
    psn_type: Text = column("人员类别", codes="psn_type")
    insu_admdvs: Text = column("参保地区划")
    pay_loc: Text = column("支付地点", codes="pay_loc", note="3 and 4: settled away from home")
    med_type: Text = column("医疗类别", codes="med_type")
    mdtrt_cert_type: Text = column("就诊凭证类型", codes="mdtrt_cert_type")
    mdtrt_cert_no: Text = column("就诊凭证号码", note="the social-security number of the insured")
    age: Quantity = column("年龄", unit=YEARS, note="at the visit")
    dept_codg: Text = column("就诊科室编码", note="outpatients; inpatients: see admission")
    dept_name: Text = column("就诊科室名称")
    dr_codg: Text = column("医师编码")
    dr_name: Text = column("医师姓名")
    medfee_sumamt: Amount = column("医疗费总额", required=True, unit=YUAN)
    fulamt_ownpay_amt: Amount = column("全自费金额", unit=YUAN)
    overlmt_selfpay: Amount = column("超限价自费金额", unit=YUAN)
    preselfpay_amt: Amount = column("先行自付金额", unit=YUAN)
    inscp_scp_amt: Amount = column("符合政策范围金额", unit=YUAN)
    act_pay_dedc: Amount = column("实际支付起付线", unit=YUAN)
    hifp_pay: Amount = column("基本医保统筹基金支出", unit=YUAN)
    cvlserv_pay: Amount = column("公务员医疗补助支出", unit=YUAN)
    hifes_pay: Amount = column("企业补充医疗保险支出", unit=YUAN)
    hifmi_pay: Amount = column("居民大病保险支出", unit=YUAN)
    hifob_pay: Amount = column("职工大额补助支出", unit=YUAN)
    maf_pay: Amount = column("医疗救助支出", unit=YUAN)
    oth_pay: Amount = column("其他支出", unit=YUAN)
    fund_pay_sumamt: Amount = column("基金支付总额", unit=YUAN)
    hosp_part_amt: Amount = column("医院负担金额", unit=YUAN)
    psn_part_amt: Amount = column("个人负担总额", unit=YUAN)
    acct_pay: Amount = column("个人账户支出", unit=YUAN)
    acct_mulaid_pay: Amount = column("账户共济支付", unit=YUAN)
    psn_cash_pay: Amount = column("个人现金支出", unit=YUAN)
    psn_selfpay: Amount = column("个人自付", unit=YUAN, source="4101")
    psn_ownpay: Amount = column("个人自费", unit=YUAN, source="4101")
    refd_setl_flag: Text = column("退费结算标志", required=True, isin=FLAG)
    init_setl_id: Text = column("原结算ID", note="set on refunds")

    class Config:
        """Table facts."""

        metadata = table("结算", key=("setl_id",), time="setl_time", amount="medfee_sumamt")

-- Both kinds of settlement; what they share in codes is turned once, at the end.
WITH settled AS (
    SELECT
        s.* EXCLUDE (ghxh),
        'MZ' AS mz_zy,
        s.ghxh AS visit,
        g.ghsj AS begun,
        g.jzwcsj AS ended,
        g.mzh AS visit_no,
        g.ksdm AS ksdm,
        g.ysdm AS ysdm
    FROM mz_jsb AS s
    LEFT JOIN mz_ghb AS g USING (ghxh)
    UNION ALL BY NAME
    SELECT
        s.* EXCLUDE (zyid),
        'ZY' AS mz_zy,
        s.zyid AS visit,
        d.rysj AS begun,
        d.cysj AS ended,
        d.zyh AS visit_no
    FROM zy_jsb AS s
    LEFT JOIN zy_djb AS d USING (zyid)
)
SELECT
    s._row,
    CASE s.jszt WHEN '0' THEN 'unpaid' WHEN '9' THEN 'void' END AS _excluded,
    s.jgdm AS fixmedins_code,
    s.mz_zy || s.jsid AS setl_id,
    s.mz_zy || s.visit AS mdtrt_id,
    coalesce(p.ybgrbh, 'BR' || s.brid) AS psn_no,
    s.mz_zy,
    s.jssj AS setl_time,
    s.begun AS begntime,
    s.ended AS endtime,
    s.visit_no AS ipt_otp_no,
    code_jslb(s.jslb) AS hi_setl_flag,
    code_xz(s.xz) AS insutype,
    code_rylb(s.rylb) AS psn_type,
    s.cbdqh AS insu_admdvs,
    code_jsdd(s.jsdd) AS pay_loc,
    code_yllb(s.yllb) AS med_type,
    code_pzlx(s.pzlx) AS mdtrt_cert_type,
    s.pzhm AS mdtrt_cert_no,
    date_sub('year', p.csrq, s.begun::DATE) AS age,
    s.ksdm AS dept_codg,
    k.ksmc AS dept_name,
    coalesce(r.gjbm, s.ysdm) AS dr_codg,
    r.ryxm AS dr_name,
    s.zje AS medfee_sumamt,
    s.qzfje AS fulamt_ownpay_amt,
    s.cxjje AS overlmt_selfpay,
    s.xxzfje AS preselfpay_amt,
    s.fhfwje AS inscp_scp_amt,
    s.qfx AS act_pay_dedc,
    s.tczf AS hifp_pay,
    s.gwybz AS cvlserv_pay,
    s.qybc AS hifes_pay,
    s.dbzf AS hifmi_pay,
    s.dezf AS hifob_pay,
    s.yljz AS maf_pay,
    s.qtzf AS oth_pay,
    s.jjhj AS fund_pay_sumamt,
    s.yyfd AS hosp_part_amt,
    s.grfd AS psn_part_amt,
    s.zhzf AS acct_pay,
    s.gjzf AS acct_mulaid_pay,
    s.xjzf AS psn_cash_pay,
    s.grzfu AS psn_selfpay,
    s.grzfei AS psn_ownpay,
    s.tfbz AS refd_setl_flag,
    s.mz_zy || s.yjsid AS init_setl_id
FROM settled AS s
LEFT JOIN br_jbxx AS p USING (brid)
LEFT JOIN ks_xx AS k ON k.ksdm = s.ksdm
LEFT JOIN ry_xx AS r ON r.rydm = s.ysdm

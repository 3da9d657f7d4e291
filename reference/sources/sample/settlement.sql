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
    CASE s.jslb WHEN 'Y' THEN '1' WHEN 'Z' THEN '0' ELSE s.jslb END AS hi_setl_flag,
    CASE s.xz WHEN '居民' THEN '390' WHEN '职工' THEN '310' ELSE s.xz END AS insutype,
    CASE s.rylb
        WHEN '学生儿童' THEN '1403'
        WHEN '一般居民' THEN '15'
        WHEN '老年居民' THEN '16'
        WHEN '在职职工' THEN '1101'
        WHEN '在职公务员' THEN '1102'
        WHEN '退休职工' THEN '1201'
        ELSE s.rylb
    END AS psn_type,
    s.cbdqh AS insu_admdvs,
    CASE s.jsdd WHEN '本地' THEN '2' WHEN '省内异地' THEN '3' WHEN '省外异地' THEN '4' ELSE s.jsdd END AS pay_loc,
    CASE s.yllb
        WHEN 'PTMZ' THEN '11'
        WHEN 'JZ' THEN '13'
        WHEN 'MTB' THEN '14'
        WHEN 'PTZY' THEN '21'
        WHEN 'WSZY' THEN '22'
        ELSE s.yllb
    END AS med_type,
    CASE s.pzlx WHEN 'E' THEN '01' WHEN 'S' THEN '02' WHEN 'K' THEN '03' ELSE s.pzlx END AS mdtrt_cert_type,
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

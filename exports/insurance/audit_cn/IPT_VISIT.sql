-- 3.1 住院就医: one row per inpatient settlement, without those that `_excluded.sql` leaves out.
-- Driver: settlement (mz_zy = 'ZY'), cut by settlement time; every joined table gives one row per key.
-- The diagnoses are those at discharge.
WITH ranked AS (
    SELECT
        mdtrt_id,
        diag_code,
        diag_name,
        row_number() OVER rank AS rank,
        maindiag_flag = '1' AND row_number() OVER rank = 1 AS is_main
    FROM diagnosis
    WHERE inout_diag_type = '2'
    WINDOW rank AS (PARTITION BY mdtrt_id ORDER BY maindiag_flag DESC, diag_srt_no, _row)
),
diagnoses AS (
    SELECT
        mdtrt_id,
        max(diag_code) FILTER (is_main) AS main_code,
        max(diag_name) FILTER (is_main) AS main_name,
        string_agg(diag_name, getvariable('joiner') ORDER BY rank) FILTER (NOT is_main) AS others
    FROM ranked
    GROUP BY mdtrt_id
)
SELECT
    s.fixmedins_code AS 机构编码,
    o.fixmedins_name AS 机构名称,
    recode_hosp_lv(o.hosp_lv) AS 机构等级,
    CASE WHEN s.hi_setl_flag = '0' THEN '自费' ELSE recode_insutype(s.insutype) END AS 险种类别,
    label_mdtrt_cert_type(s.mdtrt_cert_type) AS 持证类别,
    s.insu_admdvs AS 参保地区划,
    p.psn_name AS 人员姓名,
    label_gend(p.gend) AS 人员性别,
    s.age AS 人员年龄,
    p.certno AS 身份证号,
    coalesce(a.ipt_no, s.ipt_otp_no) AS 住院号,
    coalesce(a.begntime, s.begntime) AS 入院日期,
    coalesce(a.endtime, s.endtime) AS 出院日期,
    a.act_ipt_days AS 住院天数,
    coalesce(a.dscg_dept_name, a.adm_dept_name) AS 住院科室名称,
    a.chfpdr_name AS 主管医生姓名,
    d.main_code AS 疾病编码ICD,
    d.main_name AS 疾病诊断名称,
    d.others AS 次要诊断组合,
    s.setl_id AS 结算流水号,
    recode_hi_setl_flag(s.hi_setl_flag) AS 结算类别,
    s.setl_time AS 结算日期,
    s.medfee_sumamt AS 医疗金额,
    s.inscp_scp_amt AS 医保范围金额,
    s.fund_pay_sumamt AS 基金支付,
    s.acct_pay AS 个账支付,
    s.psn_cash_pay AS 现金支付,
    s._row AS _row
FROM settlement AS s
LEFT JOIN one_institution AS o ON o.fixmedins_code = s.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN one_admission AS a ON a.mdtrt_id = s.mdtrt_id
LEFT JOIN diagnoses AS d ON d.mdtrt_id = s.mdtrt_id
WHERE s.mz_zy = 'ZY'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, s.setl_id, s._row

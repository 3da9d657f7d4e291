-- SETTLE_MZ 门诊结算主单: one row per outpatient settlement; a refund is a row of its own.
-- Driver: settlement (mz_zy = 'MZ'), cut by settlement time. Every joined table is reduced to one row
-- per key first, so no settlement is lost or doubled; a duplicate in the source stays visible.
-- Traps: T2 (0 = insured), T5, T9 (SELF_PAY_AMOUNT = personal account), T14 (YEAR, MONTH), E1-E5.
WITH diagnoses AS (
    SELECT
        mdtrt_id,
        string_agg(coalesce(diag_code, ''), getvariable('joiner')
            ORDER BY maindiag_flag DESC, diag_srt_no, _row) AS codes,
        string_agg(coalesce(diag_name, ''), getvariable('joiner')
            ORDER BY maindiag_flag DESC, diag_srt_no, _row) AS names
    FROM diagnosis
    WHERE inout_diag_type = '0'
    GROUP BY mdtrt_id
)
SELECT
    s.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    s.setl_id AS HISID,
    coalesce(o.hi_setl_lv, recode_hosp_lv(o.hosp_lv)) AS P_LEVEL,
    s.setl_time AS BILL_DATE,
    strftime(s.setl_time, '%Y') AS YEAR,
    strftime(s.setl_time, '%m') AS MONTH,
    s.psn_no AS PATIENT_ID,
    CASE WHEN s.hi_setl_flag = '1' THEN s.mdtrt_cert_no END AS SOCIAL_ID,
    CASE WHEN s.hi_setl_flag = '0' THEN '自费' ELSE recode_insutype(s.insutype) END AS BENEFIT_TYPE,
    label_psn_type(s.psn_type) AS BENEFIT_GROUP_ID,
    s.ipt_otp_no AS MZH,
    s.dept_codg AS ADMISSION_DEPT_ID,
    s.dept_name AS ADMISSION_DEPT_NAME,
    s.dr_codg AS DOCTOR_ID,
    s.dr_name AS DOCTOR_NAME,
    p.certno AS ID_CARD,
    label_gend(p.gend) AS PATIENT_GENDER,
    p.brdy AS PATIENT_BIRTHDAY,
    s.age AS PATIENT_AGE,
    label_med_type(s.med_type) AS CLAIM_TYPE,
    coalesce(
        recode_pay_loc(s.pay_loc),
        if(left(s.insu_admdvs, 4) = left(o.fix_blng_admdvs, 4), '本地', NULL),
        if(left(s.insu_admdvs, 4) <> left(o.fix_blng_admdvs, 4), '异地', NULL)
    ) AS IF_LOCAL_FLAG,
    s.begntime AS ADMISSION_DATE,
    d.codes AS OUTPATIENT_DISEASE_ID,
    d.names AS ADMISSION_DISEASE_NAME,
    s.medfee_sumamt AS TOTAL_AMOUNT,
    if(s.hi_setl_flag = '0', coalesce(s.hifp_pay, 0), s.hifp_pay) AS BMI_PAY_AMOUNT,
    s.psn_cash_pay AS CASH,
    s.acct_pay AS SELF_PAY_AMOUNT,
    s.inscp_scp_amt AS BMI_CONVERED_AMOUNT,
    o.hosp_area AS HOSPITAL_AREA,
    recode_hi_setl_flag(s.hi_setl_flag) AS MEDICAL_INSURANCE_FLAG,
    s.refd_setl_flag AS REFUND_FLAG_TYPE,
    s.init_setl_id AS REFUND_HISID,
    s._row AS _row,
    if((SELECT count(DISTINCT fixmedins_code) FROM settlement) > 1, '1', '0') AS _multi_site
FROM settlement AS s
LEFT JOIN one_institution AS o ON o.fixmedins_code = s.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN diagnoses AS d ON d.mdtrt_id = s.mdtrt_id
WHERE s.mz_zy = 'MZ'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, s.setl_id, s._row

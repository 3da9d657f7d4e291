-- SETTLE_ZY 住院结算主单: one row per inpatient settlement; a refund is a row of its own.
-- Driver: settlement (mz_zy = 'ZY'), cut by settlement time. Every joined table is reduced to one row
-- per key first, so no settlement is lost or doubled; a duplicate in the source stays visible.
-- Traps: T2 (0 = insured), T5, T6 (DISCHARGE_STATUS), T9 (SELF_PAY_*), E1-E5.
SELECT
    s.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    a.medcasno AS BRIDGE_ID,
    s.setl_id AS HISID,
    coalesce(o.hi_setl_lv, recode_hosp_lv(o.hosp_lv)) AS P_LEVEL,
    s.setl_time AS BILL_DATE,
    coalesce(a.ipt_no, s.ipt_otp_no) AS ZYH,
    s.psn_no AS PATIENT_ID,
    CASE WHEN s.hi_setl_flag = '1' THEN s.mdtrt_cert_no END AS SOCIAL_ID,
    p.certno AS ID_CARD,
    CASE WHEN s.hi_setl_flag = '0' THEN '自费' ELSE recode_insutype(s.insutype) END AS BENEFIT_TYPE,
    label_psn_type(s.psn_type) AS BENEFIT_GROUP_ID,
    a.adm_dept_codg AS ADMISSION_DEPT_ID,
    a.adm_dept_name AS ADMISSION_DEPT_NAME,
    replace(a.refldept_dept_codg, '|', getvariable('joiner')) AS TRANSFER_DEPT_ID,
    replace(a.refldept_dept_name, '|', getvariable('joiner')) AS TRANSFER_DEPT_NAME,
    a.dscg_dept_codg AS DISCHARGE_DEPT_ID,
    a.dscg_dept_name AS DISCHARGE_DEPT_NAME,
    a.chfpdr_code AS DOCTOR_ID,
    a.chfpdr_name AS DOCTOR_NAME,
    label_gend(p.gend) AS PATIENT_GENDER,
    p.brdy AS PATIENT_BIRTHDAY,
    s.age AS PATIENT_AGE,
    replace(a.bed, '|', getvariable('joiner')) AS BEDID,
    a.nwb_adm_type AS NB_TYPE,
    a.nwb_bir_wt AS NB_BIRTH_WEIGHT,
    a.nwb_adm_wt AS NB_INPATIENT_WEIGHT,
    label_med_type(s.med_type) AS CLAIM_TYPE,
    coalesce(
        recode_pay_loc(s.pay_loc),
        if(left(s.insu_admdvs, 4) = left(o.fix_blng_admdvs, 4), '本地', NULL),
        if(left(s.insu_admdvs, 4) <> left(o.fix_blng_admdvs, 4), '异地', NULL)
    ) AS IF_LOCAL_FLAG,
    coalesce(a.begntime, s.begntime) AS ADMISSION_DATE,
    coalesce(a.endtime, s.endtime) AS DISCHARGE_DATE,
    a.act_ipt_days AS ZYTS,
    recode_dscg_way(a.dscg_way) AS DISCHARGE_STATUS,
    s.medfee_sumamt AS TOTAL_AMOUNT,
    if(s.hi_setl_flag = '0', coalesce(s.hifp_pay, 0), s.hifp_pay) AS BMI_PAY_AMOUNT,
    s.psn_cash_pay AS CASH,
    s.acct_pay AS SELF_PAY_AMOUNT,
    s.psn_selfpay AS SELF_PAY_IN,
    s.psn_ownpay AS SELF_PAY_OUT,
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
LEFT JOIN one_admission AS a ON a.mdtrt_id = s.mdtrt_id
WHERE s.mz_zy = 'ZY'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, s.setl_id, s._row

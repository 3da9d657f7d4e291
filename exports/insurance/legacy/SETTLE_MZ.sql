-- SETTLE_MZ 门诊结算主单, old vocabulary: one row per outpatient settlement; a refund is a row of its own with negative
-- amounts and no flag.
-- Driver: settlement (mz_zy = 'MZ'), cut by settlement time. Every joined table is reduced to one row per key first.
-- The fee columns add up the settlement's lines; OTHER_FEE takes every kind without a column, so that their sum is the
-- sum of the lines. Traps: T9, T14, T19.
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
),
fees AS (
    SELECT
        setl_id,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '01') AS accommodation_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '02') AS diagnosis_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '03') AS inspection_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '04') AS test_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '05') AS treatment_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '07') AS nursing_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '08') AS material_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '09') AS western_medicine_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '10') AS herbal_pieces_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '11') AS patent_medicine_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '12') AS consultation_fee,
        sum(det_item_fee_sumamt) FILTER (left(med_chrgitm_type, 2) = '13') AS registration_fee,
        sum(det_item_fee_sumamt) FILTER (
            coalesce(left(med_chrgitm_type, 2), '') NOT IN (
                '01', '02', '03', '04', '05', '07', '08', '09', '10', '11', '12', '13'
            )
        ) AS other_fee
    FROM fee_line
    GROUP BY setl_id
)
SELECT
    s.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    o.fix_blng_admdvs AS BMI_AREA_ID,
    s.setl_id AS HISID,
    coalesce(o.hi_setl_lv, recode_hosp_lv(o.hosp_lv)) AS P_LEVEL,
    s.setl_time AS BILL_DATE,
    strftime(s.setl_time, '%Y') AS YEAR,
    strftime(s.setl_time, '%m') AS MONTH,
    s.psn_no AS PATIENT_ID,
    CASE WHEN s.hi_setl_flag = '1' THEN s.mdtrt_cert_no END AS SOCIAL_CARD_ID,
    p.psn_name AS PATIENT_NAME,
    p.certno AS ID_CARD,
    label_gend(p.gend) AS PATIENT_GENDER,
    p.brdy AS PATIENT_BIRTHDAY,
    s.age AS PATIENT_AGE,
    CASE WHEN s.hi_setl_flag = '0' THEN '自费' ELSE recode_insutype(s.insutype) END AS BENEFIT_TYPE,
    label_psn_type(s.psn_type) AS BENEFIT_GROUP_ID,
    label_med_type(s.med_type) AS CLAIM_TYPE,
    coalesce(
        recode_pay_loc(s.pay_loc),
        if(left(s.insu_admdvs, 4) = left(o.fix_blng_admdvs, 4), '本地', NULL),
        if(left(s.insu_admdvs, 4) <> left(o.fix_blng_admdvs, 4), '异地', NULL)
    ) AS IF_LOCAL_FLAG,
    s.ipt_otp_no AS MZH,
    s.begntime AS ADMISSION_DATE,
    s.dept_codg AS ADMISSION_DEPT_ID,
    s.dept_name AS ADMISSION_DEPT_NAME,
    s.dr_codg AS DOCTOR_ID,
    s.dr_name AS DOCTOR_NAME,
    d.codes AS OUTPATIENT_DISEASE_ID,
    d.names AS ADMISSION_DISEASE_NAME,
    s.medfee_sumamt AS TOTAL_AMOUNT,
    if(s.hi_setl_flag = '0', coalesce(s.hifp_pay, 0), s.hifp_pay) AS BMI_PAY_AMOUNT,
    s.psn_cash_pay AS CASH,
    s.acct_pay AS SELF_PAY_AMOUNT,
    s.inscp_scp_amt AS BMI_CONVERED_AMOUNT,
    s.hifmi_pay AS DBBX,
    s.maf_pay AS YLJZ,
    s.cvlserv_pay AS GWYBZ,
    s.hifob_pay AS DEBC,
    s.hifes_pay AS QYBC,
    coalesce(c.accommodation_fee, 0) AS ACCOMMODATION_FEE,
    coalesce(c.diagnosis_fee, 0) AS DIAGNOSIS_FEE,
    coalesce(c.inspection_fee, 0) AS INSPECTION_FEE,
    coalesce(c.test_fee, 0) AS TEST_FEE,
    coalesce(c.treatment_fee, 0) AS TREATMENT_FEE,
    coalesce(c.nursing_fee, 0) AS NURSING_FEE,
    coalesce(c.material_fee, 0) AS MATERIAL_FEE,
    coalesce(c.western_medicine_fee, 0) AS WESTERN_MEDICINE_FEE,
    coalesce(c.herbal_pieces_fee, 0) AS HERBAL_PIECES_FEE,
    coalesce(c.patent_medicine_fee, 0) AS PATENT_MEDICINE_FEE,
    coalesce(c.consultation_fee, 0) AS CONSULTATION_FEE,
    coalesce(c.registration_fee, 0) AS REGISTRATION_FEE,
    coalesce(c.other_fee, 0) AS OTHER_FEE,
    s._row AS _row
FROM settlement AS s
LEFT JOIN one_institution AS o ON o.fixmedins_code = s.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN diagnoses AS d ON d.mdtrt_id = s.mdtrt_id
LEFT JOIN fees AS c ON c.setl_id = s.setl_id
WHERE s.mz_zy = 'MZ'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, s.setl_id, s._row

-- SETTLE_MZ_DETAIL 门诊结算明细, old vocabulary: one row per billed line of an outpatient settlement.
-- Driver: fee_line, cut by the time of its settlement. A line whose settlement is missing stays behind and is counted
-- there (E12); of settlements that share an id the first one counts. Traps: T3, T7, T9 (DISCHARGE_DEPT_* = ordering
-- department), T13.
SELECT
    f.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    f.setl_id AS HISID,
    s.psn_no AS PATIENT_ID,
    f.bilg_dept_codg AS DISCHARGE_DEPT_ID,
    f.bilg_dept_name AS DISCHARGE_DEPT_NAME,
    f.acord_dept_codg AS EXCUTE_DEPT_ID,
    f.acord_dept_name AS EXCUTE_DEPT_NAME,
    f.fee_ocur_time AS USAGE_DATE,
    f.bilg_dr_codg AS DOCTOR_ID,
    f.bilg_dr_name AS DOCTOR_NAME,
    s.setl_time AS BILL_DATE,
    f.rxno AS PRESCRIPTION,
    label_med_chrgitm_type(f.med_chrgitm_type) AS P_CATEGORY,
    f.medins_list_codg AS ITEM_ID_HOSP,
    f.medins_list_name AS ITEM_NAME_HOSP,
    f.med_list_codg AS ITEM_ID,
    f.hilist_name AS ITEM_NAME,
    f.spec AS DRUG_SPEC,
    f.dosform_name AS DOSAGE_FORM,
    f.prcunt AS PACKAGE_UNIT,
    f.pric AS UNIT_PRICE,
    f.cnt AS NUM,
    f.det_item_fee_sumamt AS COST,
    f.overlmt_amt AS SELF_PAY_LIMIT,
    f.inscp_scp_amt AS BMI_CONVERED_AMOUNT,
    label_chrgitm_lv(f.chrgitm_lv) AS P_TYPE,
    rtrim(rtrim(((1 - f.selfpay_prop) * 100)::DECIMAL(7, 2)::VARCHAR, '0'), '.') || '%' AS P_TYPE_PCT,
    f._row AS _row,
    s.hi_setl_flag AS _insured,
    if(coalesce(f.list_type LIKE '10_', f.med_chrgitm_type IN ('09', '10', '11')), '1', '0') AS _drug
FROM fee_line AS f
JOIN one_settlement AS s ON s.setl_id = f.setl_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = f.fixmedins_code
WHERE s.mz_zy = 'MZ'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, f.setl_id, f.feedetl_sn, f._row

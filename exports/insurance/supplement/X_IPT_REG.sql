-- X_IPT_REG 住院登记与病案首页: one row per stay that has a day in the period, settled or not.
SELECT
    a.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    a.mdtrt_id AS MDTRT_ID,
    a.ipt_no AS ZYH,
    a.medcasno AS MEDCASNO,
    a.psn_no AS PSN_NO,
    p.psn_cert_type AS PSN_CERT_TYPE,
    p.certno AS CERTNO,
    p.gend AS GEND,
    p.brdy AS BRDY,
    date_sub('year', p.brdy, a.begntime::DATE) AS AGE,
    a.nwb_adm_type AS NWB_ADM_TYPE,
    a.nwb_bir_wt AS NWB_BIR_WT,
    a.nwb_adm_wt AS NWB_ADM_WT,
    v.insutype AS INSUTYPE,
    v.med_type AS MED_TYPE,
    a.adm_way AS ADM_WAY,
    a.begntime AS BEGNTIME,
    a.endtime AS ENDTIME,
    a.adm_dept_codg AS ADM_DEPT_CODG,
    a.adm_dept_name AS ADM_DEPT_NAME,
    a.refldept_dept_name AS REFLDEPT_DEPT_NAME,
    a.dscg_dept_codg AS DSCG_DEPT_CODG,
    a.dscg_dept_name AS DSCG_DEPT_NAME,
    a.bed AS BED,
    a.chfpdr_code AS ATDDR_NO,
    a.chfpdr_name AS ATDDR_NAME,
    a.adm_diag_dscr AS ADM_DIAG_DSCR,
    d.diag_code AS DSCG_MAINDIAG_CODE,
    d.diag_name AS DSCG_MAINDIAG_NAME,
    a.dscg_way AS DSCG_WAY,
    a.die_date AS DIE_DATE,
    a.act_ipt_days AS ACT_IPT_DAYS,
    a.spga_nurscare_days AS SPGA_NURSCARE_DAYS,
    a.lv1_nurscare_days AS LV1_NURSCARE_DAYS,
    a.lv2_nurscare_days AS LV2_NURSCARE_DAYS,
    a.lv3_nurscare_days AS LV3_NURSCARE_DAYS,
    a.days_rinp_flag_31 AS DAYS_RINP_FLAG_31,
    v.medfee_sumamt AS MEDFEE_SUMAMT,
    v.setl_id AS HISID,
    a._row AS _row,
    if(v.setl_id IS NULL, '0', '1') AS _settled,
    -- What is known of who leaves after the period is not all there yet: its diagnoses are dated later.
    if(a.endtime < getvariable('date_until'), '1', '0') AS _left
FROM admission AS a
LEFT JOIN visit_settlement AS v ON v.mdtrt_id = a.mdtrt_id
LEFT JOIN one_person AS p ON p.psn_no = a.psn_no
LEFT JOIN (
    SELECT DISTINCT ON (mdtrt_id) *
    FROM diagnosis
    WHERE inout_diag_type = '2' AND maindiag_flag = '1'
    ORDER BY mdtrt_id, diag_srt_no, _row
) AS d ON d.mdtrt_id = a.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = a.fixmedins_code
WHERE a.begntime < getvariable('date_until')
    AND (a.endtime IS NULL OR a.endtime >= getvariable('date_from') OR v.setl_id IS NOT NULL)
ORDER BY a.begntime, a.ipt_no, a._row

-- LABINFO 检验记录表: one row per result item.
-- Driver: the results of visits settled in the period (`_excluded.sql` names the others). HISID as in EXAMINFO.
-- Traps: T9 (APPY_DEPT_CODE and EXAM_DEPT_CODE hold names). What is tested is the result's own item; the billed one
-- stands in the request.
SELECT
    j.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    a.medcasno AS BRIDGE_ID,
    coalesce(fs.setl_id, v.setl_id) AS HISID,
    v.psn_no AS PATIENT_ID,
    j.appy_no AS APPY_NO,
    q.appy_dept_name AS APPY_DEPT_CODE,
    q.appy_dr_name AS BILG_DR_NAME,
    q.spcm_name AS EXAM_SAMPLE_TYPE,
    q.spcm_no AS EXAM_SAMPLE_NO,
    q.out_org_codg AS EXAM_ORG_CODE,
    q.out_org_name AS EXAM_ORG_NAME,
    q.exe_dept_name AS EXAM_DEPT_CODE,
    j.rslt_item_codg AS EXAM_ITEM_CODE,
    j.rslt_item_name AS EXAM_ITEM_NAME,
    j.rslt_val AS EXAM_RESULT,
    j.rslt_unt AS EXAM_RESULT_UNIT,
    j.ref_val AS REFER_RESULT,
    j.mach_time AS MACHINE_TIME,
    j.rpotc_no AS RPT_NO,
    j.rpt_time AS RPT_DATE,
    j.rpt_dr_name AS RPT_DOC,
    j.vali_flag AS VALI_FLAG,
    j._row AS _row,
    if(regexp_matches(j.rslt_val, '^[<>]?[0-9.]+$'), '1', '0') AS _numeric
FROM lab_result AS j
LEFT JOIN one_lab_request AS q ON q.appy_no = j.appy_no
JOIN visit_settlement AS v ON v.mdtrt_id = q.mdtrt_id
LEFT JOIN one_fee_line AS f ON f.feedetl_sn = q.feedetl_sn
LEFT JOIN standing_settlement AS fs ON fs.setl_id = f.setl_id
LEFT JOIN one_admission AS a ON a.mdtrt_id = q.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = j.fixmedins_code
ORDER BY j.rpt_time, j.appy_no, j.rslt_item_codg, j.rslt_sn, j._row

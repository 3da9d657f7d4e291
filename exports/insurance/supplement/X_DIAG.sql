-- X_DIAG 诊断: one row per diagnosis of a visit that was settled in the period; nothing is lost to T12.
SELECT
    d.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    if(v.mz_zy = 'MZ', '门诊', '住院') AS VISIT_TYPE,
    v.ipt_otp_no AS VISIT_NO,
    d.mdtrt_id AS MDTRT_ID,
    v.setl_id AS HISID,
    d.inout_diag_type AS INOUT_DIAG_TYPE,
    d.diag_type AS DIAG_TYPE,
    d.maindiag_flag AS MAINDIAG_FLAG,
    d.diag_srt_no AS DIAG_SRT_NO,
    d.diag_code AS DIAG_CODE,
    d.diag_name AS DIAG_NAME,
    d.diag_time AS DIAG_TIME,
    d._row AS _row
FROM diagnosis AS d
JOIN visit_settlement AS v ON v.mdtrt_id = d.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = d.fixmedins_code
ORDER BY v.setl_time, d.mdtrt_id, d.inout_diag_type, d.diag_srt_no, d._row

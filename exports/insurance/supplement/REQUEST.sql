-- X_LAB_REQ 检验申请, X_EXAM_REQ 检查申请: one row per requested item of the period, with the number of reports that came
-- of it.
WITH requests AS (
    SELECT *
    FROM lab_request
    WHERE getvariable('table_name') = 'X_LAB_REQ'
    UNION ALL BY NAME
    SELECT *
    FROM exam_request
    WHERE getvariable('table_name') = 'X_EXAM_REQ'
),
reports AS (
    SELECT appy_no, rpotc_no
    FROM lab_result
    WHERE getvariable('table_name') = 'X_LAB_REQ'
    UNION ALL
    SELECT appy_no, rpotc_no
    FROM exam_report
    WHERE getvariable('table_name') = 'X_EXAM_REQ'
)
SELECT
    q.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    if(a.mdtrt_id IS NULL, '门诊', '住院') AS VISIT_TYPE,
    coalesce(a.ipt_no, g.ipt_otp_no, v.ipt_otp_no) AS VISIT_NO,
    v.setl_id AS HISID,
    q.appy_no AS APPY_NO,
    q.appy_time AS APPY_TIME,
    q.appy_dept_codg AS APPY_DEPT_CODE,
    q.appy_dept_name AS APPY_DEPT_NAME,
    q.appy_dr_codg AS APPY_DR_CODE,
    q.appy_dr_name AS APPY_DR_NAME,
    q.medins_list_codg AS ITEM_ID_HOSP,
    q.medins_list_name AS ITEM_NAME_HOSP,
    q.exe_dept_name AS EXE_DEPT_NAME,
    q.out_flag AS OUT_FLAG,
    q.out_org_name AS OUT_ORG_NAME,
    q.appy_stas AS APPY_STAS,
    q.feedetl_sn AS FEEDETL_SN,
    coalesce(r.reports, 0) AS RPT_CNT,
    q._row AS _row
FROM requests AS q
LEFT JOIN (SELECT appy_no, count(DISTINCT rpotc_no) AS reports FROM reports GROUP BY appy_no) AS r USING (appy_no)
LEFT JOIN visit_settlement AS v ON v.mdtrt_id = q.mdtrt_id
LEFT JOIN one_admission AS a ON a.mdtrt_id = q.mdtrt_id
LEFT JOIN one_registration AS g ON g.mdtrt_id = q.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = q.fixmedins_code
WHERE q.appy_time >= getvariable('date_from')
    AND q.appy_time < getvariable('date_until')
ORDER BY q.appy_time, q.appy_no, q._row

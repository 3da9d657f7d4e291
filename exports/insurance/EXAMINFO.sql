-- EXAMINFO 检查记录表: one row per examined item, imaging and electrocardiograms alike.
-- Driver: the reports of visits settled in the period (`_excluded.sql` names the others). HISID is the settlement of
-- the billed line where that lies in the period and was not taken back, else the one that stands for the visit.
SELECT
    b.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    a.medcasno AS BRIDGE_ID,
    coalesce(fs.setl_id, v.setl_id) AS HISID,
    v.psn_no AS PATIENT_ID,
    b.appy_no AS APPY_NO,
    q.appy_dept_name AS APPY_DEPT_NAME,
    q.appy_dr_name AS APPY_DR_NAME,
    b.exam_time AS EXAM_DATE,
    q.medins_list_codg AS EXAM_ITEM_CODE,
    q.medins_list_name AS EXAM_ITEM_NAME,
    f.med_list_codg AS YB_EXAM_ITEM_CODE,
    f.hilist_name AS YB_EXAM_ITEM_NAME,
    b.exam_part AS EXAM_PART,
    b.exam_dept_name AS EXAM_DEPT_NAME,
    b.dev_no AS EXAM_DEV_NO,
    b.rpotc_no AS RPOTC_NO,
    b.rpt_time AS RPT_DATE,
    b.exam_abn AS EXAM_RSTL_ABN,
    b.exam_rslt AS EXAM_RESULT,
    b.exam_ccls AS EXAM_CCLS,
    b.pic_no AS EXAM_PIC_NO,
    b.vali_flag AS VALI_FLAG,
    b._row AS _row
FROM exam_report AS b
LEFT JOIN one_exam_request AS q ON q.appy_no = b.appy_no
JOIN visit_settlement AS v ON v.mdtrt_id = q.mdtrt_id
LEFT JOIN one_fee_line AS f ON f.feedetl_sn = q.feedetl_sn
LEFT JOIN standing_settlement AS fs ON fs.setl_id = f.setl_id
LEFT JOIN one_admission AS a ON a.mdtrt_id = q.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = b.fixmedins_code
ORDER BY b.exam_time, b.rpotc_no, b._row

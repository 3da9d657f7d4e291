-- MEDICAL_ORDER_EXECUTE 医嘱执行表: one row per execution of an inpatient order.
-- Driver: the executions of stays settled in the period (`_excluded.sql` names the others). HISID as in EXAMINFO: of a
-- stay that is settled several times, the settlement of the line that was billed for the execution.
-- Traps: T10 (ORDER_NAME stands there twice, as name and as content: the second is emitted as ORDER_NAME_1).
WITH billed AS (
    SELECT f.drord_no, f.fee_ocur_time, max(f.setl_id) AS setl_id
    FROM fee_line AS f
    SEMI JOIN standing_settlement AS fs ON fs.setl_id = f.setl_id
    WHERE f.drord_no IS NOT NULL
    GROUP BY f.drord_no, f.fee_ocur_time
)
SELECT
    e.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    coalesce(f.setl_id, v.setl_id) AS HISID,
    a.ipt_no AS ZYH,
    m.mdtrt_id AS VISIT_ID,
    v.psn_no AS PATIENT_ID,
    p.certno AS ID_CARD,
    e.drord_no AS ORDER_ID,
    m.medins_list_codg AS ORDER_CODE,
    m.medins_list_name AS ORDER_NAME,
    m.pkg_codg AS PACKAGE_ID,
    b.pkg_name AS PACKAGE_NAME,
    m.drord_cont AS ORDER_NAME_1,
    m.drord_type AS ORDER_TYPE,
    label_list_type(m.drord_item_type) AS ORDER_LB,
    m.isu_dept_name AS INPUT_DEPT_NAME,
    m.isu_dr_name AS INPUT_DOCTOR_NAME,
    m.isu_time AS INPUT_TIME,
    e.exe_time AS EXEC_TIME,
    e.exe_dept_name AS EXEC_DEPT_NAME,
    e.exe_nurs_name AS EXEC_NURSE_NAME,
    e.exe_endtime AS EXEC_STOP_TIME,
    e._row AS _row
FROM order_execution AS e
LEFT JOIN one_medical_order AS m ON m.drord_no = e.drord_no
JOIN visit_settlement AS v ON v.mdtrt_id = m.mdtrt_id
LEFT JOIN billed AS f ON f.drord_no = e.drord_no AND f.fee_ocur_time = e.exe_time
LEFT JOIN one_admission AS a ON a.mdtrt_id = m.mdtrt_id
LEFT JOIN one_person AS p ON p.psn_no = v.psn_no
LEFT JOIN (SELECT pkg_codg, min(pkg_name) AS pkg_name FROM order_package GROUP BY pkg_codg) AS b
    ON b.pkg_codg = m.pkg_codg
LEFT JOIN one_institution AS o ON o.fixmedins_code = e.fixmedins_code
ORDER BY m.isu_time, e.drord_no, e.exe_time, e.exe_sn, e._row

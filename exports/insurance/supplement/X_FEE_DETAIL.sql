-- X_FEE_DETAIL 费用明细扩展表: the side-car of both detail tables, line by line (T8): same driver, same cut, same rows,
-- with the line's own number and what inspectors ask for afterwards. Prices and quantities keep the digits of the
-- source (T7). The end of an item is the end of its execution, else the report that came of it.
WITH sicknesses AS (
    SELECT
        mdtrt_id,
        string_agg(diag_code, getvariable('joiner') ORDER BY maindiag_flag DESC, diag_srt_no, _row) AS codes,
        string_agg(diag_name, getvariable('joiner') ORDER BY maindiag_flag DESC, diag_srt_no, _row) AS names
    FROM diagnosis
    WHERE inout_diag_type IN ('0', '2')
    GROUP BY mdtrt_id
),
executed AS (
    SELECT drord_no, exe_time, max(exe_endtime) AS ended
    FROM order_execution
    GROUP BY drord_no, exe_time
),
reported AS (
    SELECT q.feedetl_sn, max(j.rpt_time) AS ended
    FROM lab_request AS q
    JOIN lab_result AS j USING (appy_no)
    WHERE q.feedetl_sn IS NOT NULL
    GROUP BY q.feedetl_sn
    UNION ALL
    SELECT q.feedetl_sn, max(b.rpt_time) AS ended
    FROM exam_request AS q
    JOIN exam_report AS b USING (appy_no)
    WHERE q.feedetl_sn IS NOT NULL
    GROUP BY q.feedetl_sn
),
ends AS (
    SELECT feedetl_sn, max(ended) AS ended
    FROM reported
    GROUP BY feedetl_sn
)
SELECT
    f.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    if(s.mz_zy = 'MZ', '门诊', '住院') AS SOURCE_TYPE,
    f.setl_id AS HISID,
    f.feedetl_sn AS FEEDETL_SN,
    f.init_feedetl_sn AS INIT_FEEDETL_SN,
    f.mdtrt_id AS REG_NO,
    s.ipt_otp_no AS VISIT_NO,
    s.psn_no AS PATIENT_ID,
    a.medcasno AS MEDCASNO,
    label_gend(p.gend) AS PATIENT_GENDER,
    s.age AS PATIENT_AGE,
    label_insutype(s.insutype) AS BENEFIT_TYPE,
    left(s.insu_admdvs, 4) || '00' AS POOLAREA_NO,
    s.insu_admdvs AS INSU_ADMDVS,
    coalesce(a.adm_dept_name, s.dept_name) AS ADMISSION_DEPT_NAME,
    d.codes AS DISEASE_ID,
    d.names AS DISEASE_NAME,
    label_med_chrgitm_type(f.med_chrgitm_type) AS P_CATEGORY,
    f.medins_list_codg AS ITEM_ID_HOSP,
    f.medins_list_name AS ITEM_NAME_HOSP,
    f.med_list_codg AS ITEM_ID,
    f.hilist_name AS ITEM_NAME,
    f.prcunt AS PACKAGE_UNIT,
    f.pric AS UNIT_PRICE,
    f.cnt AS NUM,
    f.det_item_fee_sumamt AS COST,
    a.act_ipt_days AS ZYTS,
    f.bilg_time AS FEE_TIME,
    f.fee_ocur_time AS BEGIN_TIME,
    coalesce(x.ended, e.ended) AS END_TIME,
    f.acord_dept_name AS EXCUTE_DEPT_NAME,
    s.setl_time AS BILL_DATE,
    s.refd_setl_flag AS REFUND_FLAG_TYPE,
    s.init_setl_id AS REFUND_HISID,
    f._row AS _row
FROM fee_line AS f
JOIN one_settlement AS s ON s.setl_id = f.setl_id
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN one_admission AS a ON a.mdtrt_id = f.mdtrt_id
LEFT JOIN sicknesses AS d ON d.mdtrt_id = f.mdtrt_id
LEFT JOIN executed AS x ON x.drord_no = f.drord_no AND x.exe_time = f.fee_ocur_time
LEFT JOIN ends AS e ON e.feedetl_sn = f.feedetl_sn
LEFT JOIN one_institution AS o ON o.fixmedins_code = f.fixmedins_code
WHERE s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.mz_zy, s.setl_time, f.setl_id, f.feedetl_sn, f._row

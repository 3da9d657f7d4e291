-- X_IPT_ORDER 住院医嘱: one row per order line of the stays in X_IPT_REG; executions stand in MEDICAL_ORDER_EXECUTE.
WITH mapped AS (
    SELECT m._row, min(c.med_list_codg) AS med_list_codg
    FROM medical_order AS m
    JOIN catalogue_mapping AS c
        ON c.medins_list_codg = m.medins_list_codg
        AND coalesce(c.begndate, DATE '0001-01-01') <= m.isu_time::DATE
        AND coalesce(c.enddate, DATE '9999-12-31') >= m.isu_time::DATE
    GROUP BY m._row
)
SELECT
    m.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    a.ipt_no AS ZYH,
    m.drord_no AS DRORD_NO,
    m.drord_grpno AS DRORD_GRPNO,
    m.drord_type AS DRORD_TYPE,
    m.drord_item_type AS DRORD_ITEM_TYPE,
    m.medins_list_codg AS MEDINS_LIST_CODG,
    c.med_list_codg AS MED_LIST_CODG,
    m.medins_list_name AS MEDINS_LIST_NAME,
    m.spec AS SPEC,
    m.medc_way_dscr AS MEDC_WAY_DSCR,
    m.sin_dos_dscr AS SIN_DOS_DSCR,
    m.sin_doscunt AS SIN_DOSCUNT,
    m.used_frqu_dscr AS USED_FRQU_DSCR,
    m.cnt AS CNT,
    m.prcunt AS PRCUNT,
    m.pric AS PRIC,
    m.isu_time AS ISU_TIME,
    m.drord_begntime AS BEGNTIME,
    m.drord_endtime AS ENDTIME,
    m.isu_dept_codg AS ISU_DEPT_CODG,
    m.isu_dept_name AS ISU_DEPT_NAME,
    m.isu_dr_codg AS ISU_DR_CODG,
    m.isu_dr_name AS ISU_DR_NAME,
    m.stop_dr_name AS STOP_DR_NAME,
    m.chk_nurs_name AS CHK_NURS_NAME,
    m.skintst_rslt AS SKINTST_RSLT,
    m.vali_flag AS VALI_FLAG,
    m._row AS _row
FROM medical_order AS m
JOIN one_admission AS a ON a.mdtrt_id = m.mdtrt_id
LEFT JOIN visit_settlement AS v ON v.mdtrt_id = m.mdtrt_id
LEFT JOIN mapped AS c ON c._row = m._row
LEFT JOIN one_institution AS o ON o.fixmedins_code = m.fixmedins_code
WHERE a.begntime < getvariable('date_until')
    AND (a.endtime IS NULL OR a.endtime >= getvariable('date_from') OR v.setl_id IS NOT NULL)
ORDER BY m.isu_time, m.drord_no, m._row

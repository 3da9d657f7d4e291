-- X_OTP_RX 门诊处方: one row per line of a prescription issued in the period, whether it was billed or not.
-- The day of each line is laid down first: else mappings meet all prescriptions of their years before they meet an item.
WITH written AS MATERIALIZED (
    SELECT l._row, l.medins_list_codg, r.isu_time::DATE AS day
    FROM prescription_line AS l
    JOIN one_prescription AS r ON r.rxno = l.rxno
),
mapped AS (
    SELECT l._row, min(c.med_list_codg) AS med_list_codg
    FROM written AS l
    JOIN catalogue_mapping AS c
        ON c.medins_list_codg = l.medins_list_codg
        AND coalesce(c.begndate, DATE '0001-01-01') <= l.day
        AND coalesce(c.enddate, DATE '9999-12-31') >= l.day
    GROUP BY l._row
)
SELECT
    l.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    g.ipt_otp_no AS MZH,
    l.rxno AS RXNO,
    l.rx_line_no AS RX_LINE_NO,
    l.rx_grp_no AS RX_GRP_NO,
    r.rx_type AS RX_TYPE,
    l.medins_list_codg AS MEDINS_LIST_CODG,
    m.med_list_codg AS MED_LIST_CODG,
    l.medins_list_name AS MEDINS_LIST_NAME,
    l.spec AS SPEC,
    l.medc_way_dscr AS MEDC_WAY_DSCR,
    l.sin_dos_dscr AS SIN_DOS_DSCR,
    l.sin_doscunt AS SIN_DOSCUNT,
    l.used_frqu_dscr AS USED_FRQU_DSCR,
    l.prd_days AS PRD_DAYS,
    l.cnt AS CNT,
    l.prcunt AS PRCUNT,
    l.pric AS PRIC,
    l.det_item_fee_sumamt AS AMT,
    r.isu_time AS ISU_TIME,
    r.bilg_dept_codg AS BILG_DEPT_CODG,
    r.bilg_dept_name AS BILG_DEPT_NAME,
    r.bilg_dr_codg AS BILG_DR_CODG,
    r.bilg_dr_name AS BILG_DR_NAME,
    l.phar_chk_name AS PHAR_CHK_NAME,
    l.phar_disp_name AS PHAR_DISP_NAME,
    l.disp_time AS DISP_TIME,
    l.tcmdrug_used_way AS TCMDRUG_USED_WAY,
    l.rx_dose_cnt AS RX_DOSE_CNT,
    l.rx_circ_flag AS RX_CIRC_FLAG,
    l.vali_flag AS VALI_FLAG,
    l._row AS _row
FROM prescription_line AS l
JOIN one_prescription AS r ON r.rxno = l.rxno
LEFT JOIN one_registration AS g ON g.mdtrt_id = r.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = l.fixmedins_code
LEFT JOIN mapped AS m ON m._row = l._row
WHERE r.isu_time >= getvariable('date_from')
    AND r.isu_time < getvariable('date_until')
ORDER BY r.isu_time, l.rxno, l.rx_line_no, l._row

-- SETTLE_ZY_DIAGNOSIS 住院诊断信息表: one row per inpatient settlement, diagnoses side by side.
-- Driver: settlement (mz_zy = 'ZY'), cut by settlement time, so that every row of SETTLE_ZY, refunds
-- included, finds its diagnoses by HISID. A second diagnosis marked as main counts among the others;
-- none marked leaves the main columns empty.
-- Traps: T12 (only 15 others fit), T19 (`|` joins the admission diagnoses, main first), E23.
WITH ranked AS (
    SELECT
        mdtrt_id,
        inout_diag_type,
        diag_code,
        diag_name,
        row_number() OVER rank AS rank,
        maindiag_flag = '1' AND row_number() OVER rank = 1 AS is_main
    FROM diagnosis
    WHERE inout_diag_type IN ('1', '2')
    WINDOW rank AS (PARTITION BY mdtrt_id, inout_diag_type ORDER BY maindiag_flag DESC, diag_srt_no, _row)
),
diagnoses AS (
    SELECT
        mdtrt_id,
        string_agg(coalesce(diag_code, ''), getvariable('joiner') ORDER BY rank)
            FILTER (inout_diag_type = '1') AS admission_codes,
        string_agg(coalesce(diag_name, ''), getvariable('joiner') ORDER BY rank)
            FILTER (inout_diag_type = '1') AS admission_names,
        max(diag_code) FILTER (inout_diag_type = '2' AND is_main) AS main_code,
        max(diag_name) FILTER (inout_diag_type = '2' AND is_main) AS main_name,
        list({code: diag_code, name: diag_name} ORDER BY rank)
            FILTER (inout_diag_type = '2' AND NOT is_main) AS other
    FROM ranked
    GROUP BY mdtrt_id
)
SELECT
    s.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    a.medcasno AS BRIDGE_ID,
    s.setl_id AS HISID,
    coalesce(a.ipt_no, s.ipt_otp_no) AS ZYH,
    s.psn_no AS PATIENT_ID,
    CASE WHEN s.hi_setl_flag = '1' THEN s.mdtrt_cert_no END AS SOCIAL_ID,
    p.certno AS ID_CARD,
    d.admission_codes AS ADMISSION_DISEASE_ID,
    d.admission_names AS ADMISSION_DISEASE_NAME,
    d.main_code AS DISCHARGE_DISEASE_ID_MAIN,
    d.main_name AS DISCHARGE_DISEASE_NAME_MAIN,
    d.other[1].code AS DISCHARGE_DISEASE_ID_OTHER1,
    d.other[1].name AS DISCHARGE_DISEASE_NAME_OTHER1,
    d.other[2].code AS DISCHARGE_DISEASE_ID_OTHER2,
    d.other[2].name AS DISCHARGE_DISEASE_NAME_OTHER2,
    d.other[3].code AS DISCHARGE_DISEASE_ID_OTHER3,
    d.other[3].name AS DISCHARGE_DISEASE_NAME_OTHER3,
    d.other[4].code AS DISCHARGE_DISEASE_ID_OTHER4,
    d.other[4].name AS DISCHARGE_DISEASE_NAME_OTHER4,
    d.other[5].code AS DISCHARGE_DISEASE_ID_OTHER5,
    d.other[5].name AS DISCHARGE_DISEASE_NAME_OTHER5,
    d.other[6].code AS DISCHARGE_DISEASE_ID_OTHER6,
    d.other[6].name AS DISCHARGE_DISEASE_NAME_OTHER6,
    d.other[7].code AS DISCHARGE_DISEASE_ID_OTHER7,
    d.other[7].name AS DISCHARGE_DISEASE_NAME_OTHER7,
    d.other[8].code AS DISCHARGE_DISEASE_ID_OTHER8,
    d.other[8].name AS DISCHARGE_DISEASE_NAME_OTHER8,
    d.other[9].code AS DISCHARGE_DISEASE_ID_OTHER9,
    d.other[9].name AS DISCHARGE_DISEASE_NAME_OTHER9,
    d.other[10].code AS DISCHARGE_DISEASE_ID_OTHER10,
    d.other[10].name AS DISCHARGE_DISEASE_NAME_OTHER10,
    d.other[11].code AS DISCHARGE_DISEASE_ID_OTHER11,
    d.other[11].name AS DISCHARGE_DISEASE_NAME_OTHER11,
    d.other[12].code AS DISCHARGE_DISEASE_ID_OTHER12,
    d.other[12].name AS DISCHARGE_DISEASE_NAME_OTHER12,
    d.other[13].code AS DISCHARGE_DISEASE_ID_OTHER13,
    d.other[13].name AS DISCHARGE_DISEASE_NAME_OTHER13,
    d.other[14].code AS DISCHARGE_DISEASE_ID_OTHER14,
    d.other[14].name AS DISCHARGE_DISEASE_NAME_OTHER14,
    d.other[15].code AS DISCHARGE_DISEASE_ID_OTHER15,
    d.other[15].name AS DISCHARGE_DISEASE_NAME_OTHER15,
    s._row AS _row
FROM settlement AS s
LEFT JOIN one_institution AS o ON o.fixmedins_code = s.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN one_admission AS a ON a.mdtrt_id = s.mdtrt_id
LEFT JOIN diagnoses AS d ON d.mdtrt_id = s.mdtrt_id
WHERE s.mz_zy = 'ZY'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, s.setl_id, s._row

-- MDCS_FUND_SETL_LIST_OPRN_D 手术操作信息表: one row per inpatient settlement with an operation.
-- Driver: settlement (mz_zy = 'ZY'), cut by settlement time; a stay without an operation has no row by
-- definition, hence the one inner join. Times, anaesthesia and surgeons are those of the main operation.
-- A second operation marked as main counts among the others; none marked leaves the main columns empty.
-- Traps: T17 (one row per settlement, others joined by `|`, codes and names in step), E23 (refunds too).
WITH ranked AS (
    SELECT
        *,
        row_number() OVER rank AS rank,
        main_oprn_flag = '1' AND row_number() OVER rank = 1 AS is_main
    FROM operation
    WINDOW rank AS (PARTITION BY mdtrt_id ORDER BY main_oprn_flag DESC, oprn_srt_no, _row)
),
operations AS (
    SELECT
        mdtrt_id,
        string_agg(coalesce(oprn_oprt_code, ''), getvariable('joiner') ORDER BY rank)
            FILTER (NOT is_main) AS other_codes,
        string_agg(coalesce(oprn_oprt_name, ''), getvariable('joiner') ORDER BY rank)
            FILTER (NOT is_main) AS other_names
    FROM ranked
    GROUP BY mdtrt_id
)
SELECT
    s.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    s.setl_id AS HISID,
    coalesce(a.ipt_no, s.ipt_otp_no) AS ZYH,
    s.psn_no AS PATIENT_ID,
    CASE WHEN s.hi_setl_flag = '1' THEN s.mdtrt_cert_no END AS SOCIAL_ID,
    p.certno AS ID_CARD,
    m.oprn_oprt_code AS ICD9_CODE_MAIN,
    m.oprn_oprt_name AS ICD9_NAME_MAIN,
    x.other_codes AS ICD9_CODE_OTHER,
    x.other_names AS ICD9_NAME_OTHER,
    m.oprn_oprt_date AS OPRN_OPRT_DATE,
    m.anst_way AS ANST_WAY,
    m.anst_begntime AS ANST_BEGIN_TIME,
    m.anst_endtime AS ANST_END_TIME,
    m.oprn_oprt_begntime AS OPER_BEGIN_TIME,
    m.oprn_oprt_endtime AS OPER_END_TIME,
    m.oper_dr_name AS OPER_DR_NAME,
    m.oper_dr_code AS OPER_DR_CODE,
    replace(m.oper_other_dr_name, '|', getvariable('joiner')) AS OPER_OTHER_DR_NAME,
    replace(m.oper_other_dr_code, '|', getvariable('joiner')) AS OPER_OTHER_DR_CODE,
    m.anst_dr_name AS ANST_DR_NAME,
    m.anst_dr_code AS ANST_DR_CODE,
    s._row AS _row,
    if(x.other_codes IS NULL, '0', '1') AS _other_oprn
FROM settlement AS s
JOIN operations AS x ON x.mdtrt_id = s.mdtrt_id
LEFT JOIN ranked AS m ON m.mdtrt_id = s.mdtrt_id AND m.is_main
LEFT JOIN one_institution AS o ON o.fixmedins_code = s.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN one_admission AS a ON a.mdtrt_id = s.mdtrt_id
WHERE s.mz_zy = 'ZY'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, s.setl_id, s._row

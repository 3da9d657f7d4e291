-- X_OTP_REG 门诊挂号就诊: one row per registration of the period, paid for or not. What only the insurer knows comes
-- from the settlement that stands.
SELECT
    g.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    g.mdtrt_id AS MDTRT_ID,
    g.ipt_otp_no AS MZH,
    g.psn_no AS PSN_NO,
    v.insutype AS INSUTYPE,
    v.mdtrt_cert_type AS MDTRT_CERT_TYPE,
    p.psn_cert_type AS PSN_CERT_TYPE,
    p.certno AS CERTNO,
    p.gend AS GEND,
    p.brdy AS BRDY,
    date_sub('year', p.brdy, g.begntime::DATE) AS AGE,
    g.begntime AS BEGNTIME,
    v.med_type AS MED_TYPE,
    g.dept_codg AS DEPT_CODE,
    g.dept_name AS DEPT_NAME,
    k.caty AS CATY,
    g.dr_codg AS ATDDR_NO,
    g.dr_name AS DR_NAME,
    d.diag_code AS DISE_CODG,
    d.diag_name AS DISE_NAME,
    g.rgst_type AS RGST_TYPE,
    g.rgst_fee AS RGST_FEE,
    g.cnsl_fee AS CNSL_FEE,
    g.retn_flag AS RETN_FLAG,
    g.retn_time AS RETN_TIME,
    v.insu_admdvs AS INSU_ADMDVS,
    g._row AS _row,
    if(v.setl_id IS NULL, '0', '1') AS _settled
FROM registration AS g
LEFT JOIN visit_settlement AS v ON v.mdtrt_id = g.mdtrt_id
LEFT JOIN one_person AS p ON p.psn_no = g.psn_no
LEFT JOIN one_department AS k ON k.fixmedins_code = g.fixmedins_code AND k.hosp_dept_codg = g.dept_codg
LEFT JOIN (
    SELECT DISTINCT ON (mdtrt_id) *
    FROM diagnosis
    WHERE inout_diag_type = '0' AND maindiag_flag = '1'
    ORDER BY mdtrt_id, diag_srt_no, _row
) AS d ON d.mdtrt_id = g.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = g.fixmedins_code
WHERE g.begntime >= getvariable('date_from')
    AND g.begntime < getvariable('date_until')
ORDER BY g.begntime, g.mdtrt_id, g._row

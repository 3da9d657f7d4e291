-- X_STAFF 医护人员: one row per user of the HIS; cashiers and other unlicensed posts have no certificates.
SELECT
    p.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    p.medins_psn_code AS HIS_PSN_CODE,
    p.prac_psn_code AS PRAC_PSN_CODE,
    p.prac_psn_name AS PRAC_PSN_NAME,
    p.prac_psn_type AS PRAC_PSN_TYPE,
    p.prac_cert_no AS PRAC_CERT_NO,
    p.qua_cert_no AS QUA_CERT_NO,
    p.prac_type AS PRAC_TYPE,
    p.prac_scp AS PRAC_SCP,
    p.pro_tech_duty AS PRO_TECH_DUTY,
    p.hosp_dept_codg AS HOSP_DEPT_CODG,
    p.begndate AS BEGNDATE,
    p.enddate AS ENDDATE,
    p.psn_stas AS STAS,
    p.rx_flag AS RX_FLAG,
    p.anst_rx_flag AS ANST_RX_FLAG,
    p.abx_lv AS ABX_LV,
    p._row AS _row,
    -- Only doctors, nurses and pharmacists have a national code (codes.md 2.8): D, N and HY.
    if(regexp_matches(coalesce(p.prac_psn_type, ''), '医师|医生|护士|药师'), '1', '0') AS _licensed
FROM staff AS p
LEFT JOIN one_institution AS o ON o.fixmedins_code = p.fixmedins_code
ORDER BY p.medins_psn_code, p._row

-- X_DEPT 科室: one row per department and validity; closed ones stay, for older rows name them.
SELECT
    d.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    d.hosp_dept_codg AS HOSP_DEPT_CODG,
    d.hosp_dept_name AS HOSP_DEPT_NAME,
    d.caty AS CATY,
    d.begntime AS BEGNTIME,
    d.endtime AS ENDTIME,
    d.dept_med_serv_scp AS DEPT_MED_SERV_SCP,
    d.dept_estbdat AS DEPT_ESTBDAT,
    d.aprv_bed_cnt AS APRV_BED_CNT,
    d.hi_crtf_bed_cnt AS HI_CRTF_BED_CNT,
    left(o.fix_blng_admdvs, 4) || '00' AS POOLAREA_NO,
    d.dr_psncnt AS DR_PSNCNT,
    d.phar_psncnt AS PHAR_PSNCNT,
    d.nurs_psncnt AS NURS_PSNCNT,
    d.tecn_psncnt AS TECN_PSNCNT,
    d._row AS _row
FROM department AS d
LEFT JOIN one_institution AS o ON o.fixmedins_code = d.fixmedins_code
ORDER BY d.hosp_dept_codg, d.begntime, d._row

-- X_ORG_INFO 机构信息: one row per institution code.
SELECT
    i.fixmedins_code AS HOSPITAL_ID,
    i.fixmedins_name AS HOSPITAL_NAME,
    i.uscc AS USCC,
    i.fix_blng_admdvs AS FIX_BLNG_ADMDVS,
    i.inst_natu AS INST_NATU,
    i.hosp_lv AS HOSP_LV,
    i.inst_type AS INST_TYPE,
    i.aprv_bed_cnt AS APRV_BED_CNT,
    i.begndate AS BEGNDATE,
    i.enddate AS ENDDATE,
    i.supe_org_codg AS SUPE_ORG_CODE,
    i.branch_flag AS BRANCH_FLAG,
    i.vill_clinic_flag AS VILL_CLINIC_FLAG,
    i.his_name AS HIS_NAME,
    i.dbms_name AS DBMS_NAME,
    i._row AS _row
FROM institution AS i
-- What a package is made for is one institution; others of the same system are not delivered.
WHERE i.fixmedins_code IN (SELECT fixmedins_code FROM settlement)
ORDER BY i.fixmedins_code, i._row

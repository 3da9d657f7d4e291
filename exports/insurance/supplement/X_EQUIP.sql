-- X_EQUIP 设备: one row per asset and item that is billed for it.
SELECT
    e.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    e.dev_no AS EXAM_DEV_NO,
    e.dev_name AS DEV_NAME,
    e.dev_mol AS DEV_MOL,
    e.manu_name AS MANU_NAME,
    e.mdrcn AS MDRCN,
    e.purc_date AS PURC_DATE,
    e.begndate AS BEGNDATE,
    e.enddate AS ENDDATE,
    e.scrp_date AS SCRP_DATE,
    e.hosp_dept_codg AS HOSP_DEPT_CODG,
    e.hosp_dept_name AS HOSP_DEPT_NAME,
    e.medins_list_codg AS ITEM_ID_HOSP,
    e.alloc_lic_no AS ALLOC_LIC_NO,
    e.purc_amt AS PURC_AMT,
    e.dev_orig AS DEV_ORIG,
    e.dev_stas AS DEV_STAS,
    e._row AS _row
FROM equipment AS e
LEFT JOIN one_institution AS o ON o.fixmedins_code = e.fixmedins_code
ORDER BY e.dev_no, e.medins_list_codg, e._row

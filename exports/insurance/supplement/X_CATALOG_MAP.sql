-- X_CATALOG_MAP 三大目录对照: one row per item, national code and validity that touches the period; an item without
-- a code stands there once, with the code empty.
SELECT
    i.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    i.medins_list_codg AS FIXMEDINS_HILIST_ID,
    i.medins_list_name AS FIXMEDINS_HILIST_NAME,
    i.list_type AS LIST_TYPE,
    m.med_list_codg AS MED_LIST_CODG,
    m.hilist_name AS HILIST_NAME,
    m.begndate AS BEGNDATE,
    m.enddate AS ENDDATE,
    i.dosform_name AS DOSFORM,
    i.spec AS SPEC,
    i.prcunt AS PRCUNT,
    i.pric AS PRIC,
    i.med_chrgitm_type AS MED_CHRGITM_TYPE,
    i.chrgitm_lv AS CHRGITM_LV,
    i.selfpay_prop AS SELFPAY_PROP,
    coalesce(m._row, i._row) AS _row,
    if(m.med_list_codg IS NULL, '0', '1') AS _mapped
FROM one_catalogue_item AS i
LEFT JOIN one_catalogue_mapping AS m
    ON m.medins_list_codg = i.medins_list_codg
    AND coalesce(m.begndate, DATE '0001-01-01') < getvariable('date_until')
    AND coalesce(m.enddate, DATE '9999-12-31') >= getvariable('date_from')
LEFT JOIN one_institution AS o ON o.fixmedins_code = i.fixmedins_code
ORDER BY i.list_type, i.medins_list_codg, m.med_list_codg, m.begndate, i._row

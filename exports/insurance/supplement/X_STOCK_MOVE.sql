-- X_STOCK_MOVE 进销存流水: one row per movement line of the period, signed, in its own and in smallest units.
WITH mapped AS (
    SELECT m._row, min(c.med_list_codg) AS med_list_codg
    FROM stock_movement AS m
    JOIN one_stock_item AS i ON i.fixmedins_hilist_id = m.fixmedins_hilist_id
    JOIN catalogue_mapping AS c
        ON c.medins_list_codg = i.medins_list_codg
        AND coalesce(c.begndate, DATE '0001-01-01') <= m.inv_chg_time::DATE
        AND coalesce(c.enddate, DATE '9999-12-31') >= m.inv_chg_time::DATE
    GROUP BY m._row
)
SELECT
    m.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    w.inv_name AS INVENTORY_NAME,
    w.inv_lv AS INVENTORY_LEVEL,
    m.dcmt_no AS DCMT_NO,
    m.dcmt_line_no AS DCMT_LINE_NO,
    label_inv_chg_type(m.inv_chg_type) AS INV_CHG_TYPE,
    m.inv_chg_time AS INV_CHG_TIME,
    m.fixmedins_hilist_id AS FIXMEDINS_HILIST_ID,
    i.fixmedins_hilist_name AS FIXMEDINS_HILIST_NAME,
    c.med_list_codg AS MED_LIST_CODG,
    m.cnt AS CNT,
    m.prcunt AS PRCUNT,
    m.convrat AS PROD_CONVRAT,
    CAST(m.cnt AS DECIMAL(38, 4)) * m.convrat AS MIN_CNT,
    i.min_prcunt AS MIN_PRCUNT,
    m.pric AS PRIC,
    m.manu_lotnum AS MANU_LOTNUM,
    m.manu_date AS MANU_DATE,
    m.expy_end AS EXPY_END,
    coalesce(m.spler_name, i.spler_name) AS SPLER_NAME,
    coalesce(m.prodentp_name, i.prodentp_name) AS PRODENTP_NAME,
    m.purc_invo_no AS PURC_INVO_NO,
    m.drug_trac_codg AS DRUG_TRAC_CODG,
    m.obj_name AS DELIVER_OBJECT,
    m.setl_id AS SETL_ID,
    m.feedetl_sn AS FEEDETL_SN,
    m._row AS _row,
    if(m.manu_lotnum IS NULL, '0', '1') AS _lot
FROM stock_movement AS m
LEFT JOIN one_warehouse AS w ON w.inv_codg = m.inv_codg
LEFT JOIN one_stock_item AS i ON i.fixmedins_hilist_id = m.fixmedins_hilist_id
LEFT JOIN mapped AS c ON c._row = m._row
LEFT JOIN one_institution AS o ON o.fixmedins_code = m.fixmedins_code
WHERE m.inv_chg_time >= getvariable('date_from')
    AND m.inv_chg_time < getvariable('date_until')
ORDER BY m.inv_chg_time, m.inv_codg, m.dcmt_no, m.dcmt_line_no, m._row

-- HIS_VS_YB_INVENTORY 入库明细表: one row per stock-in line.
-- Driver: stock_movement, cut by the time it happened. Purchases and their returns (negative) stand here,
-- sales and issues and their returns in the out-table, anything else where its sign puts it (E18): each
-- movement stands in exactly one of the two, so opening + in - out = closing in smallest billing units.
-- Traps: T18 (PROD_CONVRAT as text), E19 (unit and factor as moved), E20 (invoice on purchases only).
SELECT
    m.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    w.inv_name AS INVENTORY_NAME,
    w.inv_lv AS INVENTORY_LEVEL,
    m.dcmt_no AS STORE_CODE,
    m.inv_chg_time AS STORE_DATE,
    m.prcunt AS UNT,
    m.pric AS IMPORT_PRIC,
    m.cnt AS IMPORT_CNT,
    m.fixmedins_hilist_id AS ITEM_ID_STORE,
    i.fixmedins_hilist_name AS ITEM_NAME_STORE,
    m.purc_invo_no AS INVOICE_NO,
    m.manu_lotnum AS BATCH_NUMBER,
    i.spec AS SPEC,
    m.drug_trac_codg AS DRUG_TRACEABILITY_CODE,
    i.mdrcn AS MDRCN,
    i.udi AS UDI,
    rtrim(rtrim(m.convrat::VARCHAR, '0'), '.') AS PROD_CONVRAT,
    i.min_prcunt AS MIN_PRCUNT,
    coalesce(m.spler_name, i.spler_name) AS SPLER_NAME,
    coalesce(m.prodentp_name, i.prodentp_name) AS PRODENTP_NAME,
    i.mcs_type AS MCS_TYPE,
    i.highval_mcs_flag AS HIGHVAL_MCS_FLAG,
    i.highval_mcs_type AS HIGHVAL_MCS_TYPE,
    m._row AS _row,
    if(i.list_type = '301' OR i.mcs_type IS NOT NULL, '1', '0') AS _consumable,
    if(recode_inv_chg_side(m.inv_chg_type) = 'in', '1', '0') AS _purchase
FROM stock_movement AS m
LEFT JOIN one_institution AS o ON o.fixmedins_code = m.fixmedins_code
LEFT JOIN one_warehouse AS w ON w.inv_codg = m.inv_codg
LEFT JOIN one_stock_item AS i ON i.fixmedins_hilist_id = m.fixmedins_hilist_id
WHERE m.inv_chg_time >= getvariable('date_from')
    AND m.inv_chg_time < getvariable('date_until')
    AND CASE recode_inv_chg_side(m.inv_chg_type)
        WHEN 'in' THEN true
        WHEN 'out' THEN false
        ELSE m.cnt >= 0
    END
ORDER BY m.inv_codg, m.inv_chg_time, m.dcmt_no, m.dcmt_line_no, m._row

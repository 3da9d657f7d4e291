-- HIS_VS_YB_DELIVER 出库明细表: one row per stock-out line, quantities with their sign turned.
-- Driver: stock_movement, cut by the time it happened: what HIS_VS_YB_INVENTORY does not hold, that is
-- sales and issues and their returns (negative here), and anything else that shrinks the stock (E18).
-- Traps: T18 (PROD_CONVRAT as text, DEL_DATE a day), E19 (unit and factor as moved),
-- E21 (a loss has no receiver).
SELECT
    m.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    w.inv_name AS INVENTORY_NAME,
    w.inv_lv AS INVENTORY_LEVEL,
    m.dcmt_no AS DEL_CODE,
    m.inv_chg_time::DATE AS DEL_DATE,
    m.prcunt AS UNT,
    -m.cnt AS EX_CNT,
    m.pric AS EX_PRICE,
    m.obj_name AS DELIVER_OBJECT,
    m.fixmedins_hilist_id AS ITEM_ID_STORE,
    i.fixmedins_hilist_name AS ITEM_NAME_STORE,
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
    if(m.inv_chg_type IN ('库存盘点', '其他业务'), '0', '1') AS _receiver
FROM stock_movement AS m
LEFT JOIN one_institution AS o ON o.fixmedins_code = m.fixmedins_code
LEFT JOIN one_warehouse AS w ON w.inv_codg = m.inv_codg
LEFT JOIN one_stock_item AS i ON i.fixmedins_hilist_id = m.fixmedins_hilist_id
WHERE m.inv_chg_time >= getvariable('date_from')
    AND m.inv_chg_time < getvariable('date_until')
    AND NOT CASE recode_inv_chg_side(m.inv_chg_type)
        WHEN 'in' THEN true
        WHEN 'out' THEN false
        ELSE m.cnt >= 0
    END
ORDER BY m.inv_codg, m.inv_chg_time, m.dcmt_no, m.dcmt_line_no, m._row

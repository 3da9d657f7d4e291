-- HIS_VS_YB_STORE 物资库存表: one row per warehouse, item and batch of the period.
-- Driver: the balances at the end of the day before the period and of its last day, plus every batch that
-- moved inside the period; such a batch without a balance opens or closes at zero. If the whole institution
-- has no balance for that day, nothing is known and the quantity stays empty (E15).
-- Traps: quantities and prices are per smallest billing unit, MIN_PRCUNT being the only unit here (E17).
WITH entries AS (
    SELECT
        fixmedins_code, inv_codg, fixmedins_hilist_id, manu_lotnum, spler_name, drug_trac_codg, pric, inv_cnt,
        _row,
        invdate = getvariable('date_from') - 1 AS opens,
        invdate = getvariable('date_until') - 1 AS closes
    FROM stock_balance
    WHERE invdate IN (getvariable('date_from') - 1, getvariable('date_until') - 1)
    UNION ALL
    SELECT
        fixmedins_code, inv_codg, fixmedins_hilist_id, manu_lotnum, spler_name, drug_trac_codg, NULL, NULL,
        _row,
        false,
        false
    FROM stock_movement
    WHERE inv_chg_time >= getvariable('date_from')
        AND inv_chg_time < getvariable('date_until')
),
known AS (
    SELECT bool_or(opens) AS opening, bool_or(closes) AS closing
    FROM entries
),
batches AS (
    SELECT
        fixmedins_code,
        inv_codg,
        fixmedins_hilist_id,
        manu_lotnum,
        max(spler_name) AS spler_name,
        max(drug_trac_codg) AS drug_trac_codg,
        arg_min(pric, _row) FILTER (opens) AS opening_pric,
        coalesce(sum(inv_cnt) FILTER (opens), 0) AS opening_cnt,
        arg_min(pric, _row) FILTER (closes) AS closing_pric,
        coalesce(sum(inv_cnt) FILTER (closes), 0) AS closing_cnt,
        coalesce(min(_row) FILTER (closes), min(_row) FILTER (opens), min(_row)) AS _row
    FROM entries
    GROUP BY ALL
)
SELECT
    b.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    w.inv_name AS INVENTORY_NAME,
    w.inv_lv AS INVENTORY_LEVEL,
    b.fixmedins_hilist_id AS ITEM_ID_STORE,
    i.fixmedins_hilist_name AS ITEM_NAME_STORE,
    b.drug_trac_codg AS DRUG_TRACEABILITY_CODE,
    b.manu_lotnum AS BATCH_NO,
    i.spec AS SPEC,
    getvariable('date_from') AS OPENING_DATE,
    b.opening_pric AS OPENING_PRICE,
    if(k.opening, b.opening_cnt, NULL) AS OPENING_BALANCE,
    getvariable('date_until') - 1 AS CLOSING_DATE,
    b.closing_pric AS CLOSING_PRICE,
    if(k.closing, b.closing_cnt, NULL) AS CLOSING_BALANCE,
    coalesce(b.spler_name, i.spler_name) AS SPLER_NAME,
    i.prodentp_name AS PRODENTP_NAME,
    i.store_convrat AS PROD_CONVRAT,
    i.min_prcunt AS MIN_PRCUNT,
    i.mcs_type AS MCS_TYPE,
    i.highval_mcs_flag AS HIGHVAL_MCS_FLAG,
    i.highval_mcs_type AS HIGHVAL_MCS_TYPE,
    b._row AS _row,
    if(i.list_type = '301' OR i.mcs_type IS NOT NULL, '1', '0') AS _consumable,
    if(b.opening_cnt <> 0, '1', '0') AS _opening,
    if(b.closing_cnt <> 0, '1', '0') AS _closing
FROM batches AS b
CROSS JOIN known AS k
LEFT JOIN one_institution AS o ON o.fixmedins_code = b.fixmedins_code
LEFT JOIN one_warehouse AS w ON w.inv_codg = b.inv_codg
LEFT JOIN one_stock_item AS i ON i.fixmedins_hilist_id = b.fixmedins_hilist_id
ORDER BY b.inv_codg, b.fixmedins_hilist_id, b.manu_lotnum, b._row

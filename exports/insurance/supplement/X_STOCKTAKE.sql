-- X_STOCKTAKE 库存盘点: one row per counted batch of the period.
SELECT
    t.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    t.chk_no AS CHK_NO,
    t.chk_line_no AS CHK_LINE_NO,
    w.inv_name AS INVENTORY_NAME,
    t.chk_date AS CHK_DATE,
    t.fixmedins_hilist_id AS FIXMEDINS_HILIST_ID,
    i.fixmedins_hilist_name AS FIXMEDINS_HILIST_NAME,
    t.manu_lotnum AS MANU_LOTNUM,
    i.min_prcunt AS MIN_PRCUNT,
    t.book_cnt AS BOOK_CNT,
    t.real_cnt AS REAL_CNT,
    t.diff_cnt AS DIFF_CNT,
    t.diff_rea AS DIFF_REA,
    t.chker_name AS CHKER_NAME,
    t._row AS _row
FROM stocktake AS t
LEFT JOIN one_warehouse AS w ON w.inv_codg = t.inv_codg
LEFT JOIN one_stock_item AS i ON i.fixmedins_hilist_id = t.fixmedins_hilist_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = t.fixmedins_code
WHERE t.chk_date >= getvariable('date_from')
    AND t.chk_date < getvariable('date_until')
ORDER BY t.chk_date, t.chk_no, t.chk_line_no, t._row

-- The same tables as std.sql, from a package: its five stock tables, the unit conversions and both sheets of details.
--
-- The national list names no kind of movement. What came in under an invoice is bought (all that came into stores of the
-- first level where no line has an invoice), what went out to 门诊 or 住院 is sold; the rest is only `other_in` and
-- `other_out`: transfers, use and counts cannot be told apart. The name of a warehouse stands for its code.
CREATE OR REPLACE TEMP TABLE stock_sum AS
WITH stores AS (
    SELECT INVENTORY_NAME AS inv_codg, INVENTORY_LEVEL AS inv_lv FROM HIS_VS_YB_STORE
    UNION
    SELECT INVENTORY_NAME, INVENTORY_LEVEL FROM HIS_VS_YB_INVENTORY
), second_level AS (
    SELECT inv_codg
    FROM stores
    WHERE inv_lv = '二级库' AND EXISTS (SELECT 1 FROM stores WHERE inv_lv IS DISTINCT FROM '二级库')
), told AS (
    SELECT EXISTS (FROM HIS_VS_YB_INVENTORY WHERE INVOICE_NO IS NOT NULL) AS invoices
), changes AS (
    SELECT INVENTORY_NAME AS inv_codg, ITEM_ID_STORE AS fixmedins_hilist_id, 'opening' AS kind,
        OPENING_BALANCE::DECIMAL(38, 10) AS quantity
    FROM HIS_VS_YB_STORE
    WHERE OPENING_BALANCE IS NOT NULL
    UNION ALL
    SELECT INVENTORY_NAME, ITEM_ID_STORE, 'closing', CLOSING_BALANCE
    FROM HIS_VS_YB_STORE
    WHERE CLOSING_BALANCE IS NOT NULL
    UNION ALL
    SELECT INVENTORY_NAME, ITEM_ID_STORE,
        CASE
            WHEN t.invoices AND INVOICE_NO IS NULL THEN if(IMPORT_CNT >= 0, 'other_in', 'other_out')
            WHEN INVENTORY_NAME IN (FROM second_level) THEN if(t.invoices, 'bought_below', 'other_in')
            WHEN IMPORT_CNT >= 0 THEN 'bought'
            ELSE 'sent_back'
        END,
        IMPORT_CNT::DECIMAL(38, 4) * PROD_CONVRAT::DECIMAL(16, 6)
    FROM HIS_VS_YB_INVENTORY
    CROSS JOIN told AS t
    UNION ALL
    SELECT INVENTORY_NAME, ITEM_ID_STORE,
        CASE
            WHEN DELIVER_OBJECT = '门诊' THEN 'sold_otp'
            WHEN DELIVER_OBJECT = '住院' THEN 'sold_ipt'
            ELSE if(EX_CNT >= 0, 'other_out', 'other_in')
        END,
        -EX_CNT::DECIMAL(38, 4) * PROD_CONVRAT::DECIMAL(16, 6)
    FROM HIS_VS_YB_DELIVER
)
SELECT inv_codg, fixmedins_hilist_id, kind, sum(quantity) AS quantity, count(*) AS lines
FROM changes
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE stock_known AS
SELECT
    EXISTS (FROM HIS_VS_YB_STORE WHERE OPENING_BALANCE IS NOT NULL) AS opening,
    EXISTS (FROM HIS_VS_YB_STORE WHERE CLOSING_BALANCE IS NOT NULL) AS closing,
    EXISTS (FROM stock_sum WHERE kind IN ('sold_otp', 'sold_ipt')) AS sales;

CREATE OR REPLACE TEMP TABLE stock_name AS
WITH smallest AS (
    SELECT ITEM_ID_STORE, min(MIN_PRCUNT) AS min_prcunt
    FROM (
        SELECT ITEM_ID_STORE, MIN_PRCUNT FROM HIS_VS_YB_STORE
        UNION ALL
        SELECT ITEM_ID_STORE, MIN_PRCUNT FROM HIS_VS_YB_INVENTORY
        UNION ALL
        SELECT ITEM_ID_STORE, MIN_PRCUNT FROM HIS_VS_YB_DELIVER
    )
    GROUP BY ITEM_ID_STORE
), codes AS (
    SELECT ITEM_ID_STORE, min(ITEM_ID_HOSP) AS medins_list_codg FROM HIS_VS_YB_STORE_MAPPING GROUP BY ITEM_ID_STORE
)
SELECT u.ITEM_ID_STORE AS fixmedins_hilist_id, min(u.ITEM_NAME_STORE) AS name,
    any_value(c.medins_list_codg) AS medins_list_codg, any_value(s.min_prcunt) AS min_prcunt,
    min(u.STORAGEHOUSE_UNIT) AS store_prcunt, min(u.STORAGEHOUSE_CONVERT::DECIMAL(16, 6)) AS store_convrat,
    min(u.OUTPATIENT_UNIT) AS otp_prcunt, min(u.OUTPATIENT_CONVERT::DECIMAL(16, 6)) AS otp_convrat,
    min(u.INPATIENT_UNIT) AS ipt_prcunt, min(u.INPATIENT_CONVERT::DECIMAL(16, 6)) AS ipt_convrat
FROM CONVERT_UNIT AS u
LEFT JOIN codes AS c USING (ITEM_ID_STORE)
LEFT JOIN smallest AS s USING (ITEM_ID_STORE)
GROUP BY u.ITEM_ID_STORE;

CREATE OR REPLACE TEMP TABLE stock_place_name AS
SELECT INVENTORY_NAME AS inv_codg, INVENTORY_NAME AS inv_name, min(INVENTORY_LEVEL) AS inv_lv
FROM (
    SELECT INVENTORY_NAME, INVENTORY_LEVEL FROM HIS_VS_YB_STORE
    UNION ALL
    SELECT INVENTORY_NAME, INVENTORY_LEVEL FROM HIS_VS_YB_INVENTORY
    UNION ALL
    SELECT INVENTORY_NAME, INVENTORY_LEVEL FROM HIS_VS_YB_DELIVER
)
GROUP BY INVENTORY_NAME;

CREATE OR REPLACE TEMP TABLE stock_lines AS
SELECT ITEM_ID_HOSP AS medins_list_codg, mz_zy, PACKAGE_UNIT AS prcunt,
    NUM > 0 AND coalesce(USAGE_DATE, BILL_DATE) < getvariable('date_from') AS early,
    sum(NUM::DECIMAL(38, 4)) AS cnt, count(*) AS lines
FROM (
    SELECT 'MZ' AS mz_zy, ITEM_ID_HOSP, PACKAGE_UNIT, USAGE_DATE, BILL_DATE, NUM FROM SETTLE_MZ_DETAIL
    UNION ALL
    SELECT 'ZY', ITEM_ID_HOSP, PACKAGE_UNIT, USAGE_DATE, BILL_DATE, NUM FROM SETTLE_ZY_DETAIL
)
SEMI JOIN stock_name ON stock_name.medins_list_codg = ITEM_ID_HOSP
WHERE NUM IS NOT NULL
GROUP BY ALL;

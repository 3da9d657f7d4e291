-- What stock and bills say of each good, from the std tables of one run, in smallest billing units.
--
-- stock_sum: one row per warehouse, item, batch and kind of change; going out is negative; `_row` is the first source row.
-- `opening` is the balance at the end of the day before the period, `closing` that of its last day. A purchase counts
-- (`bought`, its return `sent_back`) where it enters the institution; booked in a second-level store while there is a
-- store of the first level it is `bought_below`, for that store's supply would count twice (clue-rules.md F1).
--
-- stock_known: what is there at all: balances of both days, sales. stock_name, stock_place_name: what things are called.
--
-- stock_lines: what was billed, one row per billing code, side (MZ or ZY), billed unit and whether it was used before
-- the period (`early`). Bills count by the day of their settlement, as they are delivered; a refund always counts, for
-- it brings goods back now, whenever they were used.
CREATE OR REPLACE TEMP TABLE stock_sum AS
WITH second_level AS (
    SELECT inv_codg
    FROM warehouse
    WHERE inv_lv = '二级库' AND EXISTS (SELECT 1 FROM warehouse WHERE inv_lv IS DISTINCT FROM '二级库')
), changes AS (
    SELECT inv_codg, fixmedins_hilist_id, manu_lotnum,
        if(invdate = getvariable('date_from') - 1, 'opening', 'closing') AS kind,
        inv_cnt::DECIMAL(38, 10) AS quantity, _row
    FROM stock_balance
    WHERE invdate IN (getvariable('date_from') - 1, getvariable('date_until') - 1)
    UNION ALL
    SELECT inv_codg, fixmedins_hilist_id, manu_lotnum,
        CASE
            WHEN inv_chg_type IN ('物资采购', '购入入库', '购入退库') AND inv_codg IN (FROM second_level)
            THEN 'bought_below'
            WHEN inv_chg_type IN ('物资采购', '购入入库') THEN 'bought'
            WHEN inv_chg_type = '购入退库' THEN 'sent_back'
            WHEN inv_chg_type IN ('库房调拨', '药房调拨', '调拨出库', '调拨退库')
            THEN if(cnt >= 0, 'transfer_in', 'transfer_out')
            WHEN inv_chg_type = '门诊销售' THEN 'sold_otp'
            WHEN inv_chg_type = '住院销售' THEN 'sold_ipt'
            WHEN inv_chg_type IN ('科室领用', '领用出库', '领用退库') THEN 'used'
            WHEN inv_chg_type = '库存盘点' THEN if(cnt >= 0, 'counted_up', 'counted_down')
            ELSE if(cnt >= 0, 'other_in', 'other_out')
        END,
        cnt::DECIMAL(38, 4) * convrat, _row
    FROM stock_movement
    WHERE inv_chg_time >= getvariable('date_from') AND inv_chg_time < getvariable('date_until')
)
SELECT inv_codg, fixmedins_hilist_id, manu_lotnum, kind, sum(quantity) AS quantity, count(*) AS lines, min(_row) AS _row
FROM changes
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE stock_known AS
SELECT
    EXISTS (FROM stock_balance WHERE invdate = getvariable('date_from') - 1) AS opening,
    EXISTS (FROM stock_balance WHERE invdate = getvariable('date_until') - 1) AS closing,
    EXISTS (FROM stock_sum WHERE kind IN ('sold_otp', 'sold_ipt')) AS sales;

CREATE OR REPLACE TEMP TABLE stock_name AS
SELECT fixmedins_hilist_id, arg_min(fixmedins_hilist_name, _row) AS name, arg_min(medins_list_codg, _row) AS medins_list_codg,
    arg_min(min_prcunt, _row) AS min_prcunt, arg_min(store_prcunt, _row) AS store_prcunt,
    arg_min(store_convrat, _row) AS store_convrat, arg_min(otp_prcunt, _row) AS otp_prcunt,
    arg_min(otp_convrat, _row) AS otp_convrat, arg_min(ipt_prcunt, _row) AS ipt_prcunt,
    arg_min(ipt_convrat, _row) AS ipt_convrat
FROM stock_item
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE stock_place_name AS
SELECT inv_codg, arg_min(inv_name, _row) AS inv_name, arg_min(inv_lv, _row) AS inv_lv
FROM warehouse
GROUP BY inv_codg;

CREATE OR REPLACE TEMP TABLE stock_lines AS
WITH settled AS (
    SELECT setl_id, arg_min(mz_zy, _row) AS mz_zy, arg_min(setl_time, _row) AS setl_time
    FROM settlement
    GROUP BY setl_id
)
SELECT f.medins_list_codg, s.mz_zy, f.prcunt,
    f.cnt > 0 AND coalesce(f.fee_ocur_time, s.setl_time) < getvariable('date_from') AS early,
    sum(f.cnt::DECIMAL(38, 4)) AS cnt, count(*) AS lines, min(f._row) AS _row
FROM fee_line AS f
JOIN settled AS s USING (setl_id)
SEMI JOIN stock_item AS i USING (medins_list_codg)
WHERE s.setl_time >= getvariable('date_from') AND s.setl_time < getvariable('date_until') AND f.cnt IS NOT NULL
GROUP BY ALL;

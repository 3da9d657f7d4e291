-- 5.1 药库结转 and 5.2 药房结转: one row per month, store and item that had stock or moved, in smallest units.
-- Driver: the balance at the end of the day before the period, carried forward by the movements of each month: 上期结存 +
-- 收入 - 支出 = 本期结存. Whether the last of them is what the system itself counted is rule S01. If the institution has
-- no balance for that day, nothing is known and both balances stay empty. 药库 = 一级库, every other store is a 药房.
WITH months AS (
    SELECT
        month::DATE AS month,
        least(month::DATE + INTERVAL 1 MONTH, getvariable('date_until'))::DATE AS until
    FROM (
        SELECT unnest(generate_series(
            date_trunc('month', getvariable('date_from')), getvariable('date_until') - 1, INTERVAL 1 MONTH
        )) AS month
    )
),
entries AS (
    SELECT fixmedins_code, inv_codg, fixmedins_hilist_id, NULL::DATE AS month, inv_cnt AS cnt, _row
    FROM stock_balance
    WHERE invdate = getvariable('date_from') - 1
    UNION ALL
    SELECT
        fixmedins_code,
        inv_codg,
        fixmedins_hilist_id,
        date_trunc('month', inv_chg_time)::DATE,
        round(cnt * convrat, 4),
        _row
    FROM stock_movement
    WHERE inv_chg_time >= getvariable('date_from')
        AND inv_chg_time < getvariable('date_until')
),
shelves AS (
    SELECT
        fixmedins_code,
        inv_codg,
        fixmedins_hilist_id,
        coalesce(sum(cnt) FILTER (month IS NULL), 0) AS opening,
        min(_row) AS _row
    FROM entries
    GROUP BY fixmedins_code, inv_codg, fixmedins_hilist_id
),
moved AS (
    SELECT
        inv_codg,
        fixmedins_hilist_id,
        month,
        coalesce(sum(cnt) FILTER (cnt > 0), 0) AS came,
        -coalesce(sum(cnt) FILTER (cnt < 0), 0) AS went
    FROM entries
    WHERE month IS NOT NULL
    GROUP BY inv_codg, fixmedins_hilist_id, month
),
carried AS (
    SELECT
        s.*,
        t.month,
        t.until,
        coalesce(m.came, 0) AS came,
        coalesce(m.went, 0) AS went,
        s.opening + sum(coalesce(m.came - m.went, 0)) OVER (
            PARTITION BY s.inv_codg, s.fixmedins_hilist_id ORDER BY t.month
        ) AS closing
    FROM shelves AS s
    CROSS JOIN months AS t
    LEFT JOIN moved AS m
        ON m.inv_codg = s.inv_codg AND m.fixmedins_hilist_id = s.fixmedins_hilist_id AND m.month = t.month
),
mappings AS (
    SELECT DISTINCT ON (medins_list_codg) medins_list_codg, med_list_codg
    FROM catalogue_mapping
    WHERE coalesce(begndate < getvariable('date_until'), true)
        AND coalesce(enddate >= getvariable('date_from'), true)
    ORDER BY medins_list_codg, begndate DESC NULLS LAST, _row
),
catalogue AS (
    SELECT DISTINCT ON (medins_list_codg) medins_list_codg, prcunt, pric
    FROM catalogue_item
    ORDER BY medins_list_codg, _row
),
purchases AS (
    SELECT DISTINCT ON (m.fixmedins_hilist_id, m.inv_chg_time)
        m.fixmedins_hilist_id,
        m.inv_chg_time,
        if(m.convrat = i.store_convrat, m.pric, if(m.convrat = 1, m.pric * i.store_convrat, NULL)) AS pric
    FROM stock_movement AS m
    JOIN one_stock_item AS i ON i.fixmedins_hilist_id = m.fixmedins_hilist_id
    WHERE m.cnt > 0
        AND recode_inv_chg_type(m.inv_chg_type) = '物资采购'
    ORDER BY m.fixmedins_hilist_id, m.inv_chg_time, m._row
),
known AS (
    SELECT bool_or(month IS NULL) AS opening
    FROM entries
)
SELECT
    strftime(t.month, '%Y%m') AS 年月,
    t.fixmedins_code AS 机构编码,
    o.fixmedins_name AS 机构名称,
    w.inv_name AS 库房名称,
    t.fixmedins_hilist_id AS 项目代码,
    c.med_list_codg AS 国标代码,
    label_list_type(i.list_type) AS 商品类型,
    i.fixmedins_hilist_name AS 名称,
    i.spec AS 规格,
    i.prodentp_name AS 厂家,
    i.spler_name AS 供应商,
    i.store_prcunt AS 包装单位,
    i.min_prcunt AS 拆零单位,
    i.store_convrat AS 拆零比,
    i.min_prcunt AS 库存单位,
    if(n.opening, t.closing - t.came + t.went, NULL) AS 上期结存数,
    t.came AS 本期收入数,
    t.went AS 本期支出数,
    if(n.opening, t.closing, NULL) AS 本期结存数,
    b.pric AS 购入价,
    CASE k.prcunt WHEN i.store_prcunt THEN k.pric WHEN i.min_prcunt THEN k.pric * i.store_convrat END AS 零售价,
    t.until - 1 AS 结转日期,
    t._row AS _row
FROM carried AS t
CROSS JOIN known AS n
ASOF LEFT JOIN purchases AS b ON b.fixmedins_hilist_id = t.fixmedins_hilist_id AND b.inv_chg_time < t.until
LEFT JOIN one_institution AS o ON o.fixmedins_code = t.fixmedins_code
LEFT JOIN one_warehouse AS w ON w.inv_codg = t.inv_codg
LEFT JOIN one_stock_item AS i ON i.fixmedins_hilist_id = t.fixmedins_hilist_id
LEFT JOIN mappings AS c ON c.medins_list_codg = i.medins_list_codg
LEFT JOIN catalogue AS k ON k.medins_list_codg = i.medins_list_codg
WHERE (t.came <> 0 OR t.went <> 0 OR t.closing <> 0)
    AND coalesce(w.inv_lv = '一级库', false) = (getvariable('table_name') = 'STORE_BALANCE')
ORDER BY t.month, t.inv_codg, t.fixmedins_hilist_id, t._row

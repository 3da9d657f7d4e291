-- 5.3 药库消耗 and 5.4 药房消耗: one row per movement line, in > 0 and out < 0, all in smallest units, so that the sum of
-- an item is what its stock has changed by.
-- Driver: stock_movement, cut by the time it happened. 药库 = 一级库; every other store is a 药房, so that each movement
-- stands in exactly one of the two. Prices are per pack: the last purchase before the movement, and the billed price.
WITH mappings AS (
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
)
SELECT
    m.fixmedins_code AS 机构编码,
    o.fixmedins_name AS 机构名称,
    w.inv_name AS 库房名称,
    m.fixmedins_hilist_id AS 项目代码,
    c.med_list_codg AS 国标代码,
    label_list_type(i.list_type) AS 商品类型,
    i.fixmedins_hilist_name AS 名称,
    i.spec AS 规格,
    coalesce(m.prodentp_name, i.prodentp_name) AS 厂家,
    coalesce(m.spler_name, i.spler_name) AS 供应商,
    i.store_prcunt AS 包装单位,
    i.min_prcunt AS 拆零单位,
    i.store_convrat AS 拆零比,
    recode_inv_chg_type(m.inv_chg_type) AS 出入库类型,
    round(m.cnt * m.convrat, 4) AS 出入库数量,
    i.min_prcunt AS 出入库单位,
    b.pric AS 购入价,
    CASE k.prcunt WHEN i.store_prcunt THEN k.pric WHEN i.min_prcunt THEN k.pric * i.store_convrat END AS 零售价,
    m.inv_chg_time AS 业务日期,
    m.obj_name AS 对方单位部门,
    m._row AS _row
FROM stock_movement AS m
ASOF LEFT JOIN purchases AS b
    ON b.fixmedins_hilist_id = m.fixmedins_hilist_id AND b.inv_chg_time <= m.inv_chg_time
LEFT JOIN one_institution AS o ON o.fixmedins_code = m.fixmedins_code
LEFT JOIN one_warehouse AS w ON w.inv_codg = m.inv_codg
LEFT JOIN one_stock_item AS i ON i.fixmedins_hilist_id = m.fixmedins_hilist_id
LEFT JOIN mappings AS c ON c.medins_list_codg = i.medins_list_codg
LEFT JOIN catalogue AS k ON k.medins_list_codg = i.medins_list_codg
WHERE m.inv_chg_time >= getvariable('date_from')
    AND m.inv_chg_time < getvariable('date_until')
    AND coalesce(w.inv_lv = '一级库', false) = (getvariable('table_name') = 'STORE_MOVEMENT')
ORDER BY m.inv_codg, m.inv_chg_time, m.dcmt_no, m.dcmt_line_no, m._row

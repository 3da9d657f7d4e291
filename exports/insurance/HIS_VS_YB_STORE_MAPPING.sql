-- HIS_VS_YB_STORE_MAPPING 物资码映射关系表: one row per stock item and national code.
-- Driver: stock_item; an item without a national code keeps one row. All mappings that were valid on some
-- day of the period are listed, so an item whose code changed has several rows (E14); the fan-out is meant.
-- Traps: T16 (a self-pay item has no national code), E13 (an item not billed separately has no billing code).
WITH catalogue AS (
    SELECT medins_list_codg, arg_min(medins_list_name, _row) AS medins_list_name
    FROM catalogue_item
    GROUP BY medins_list_codg
),
mappings AS (
    SELECT DISTINCT ON (medins_list_codg, med_list_codg) medins_list_codg, med_list_codg, hilist_name
    FROM catalogue_mapping
    WHERE coalesce(begndate < getvariable('date_until'), true)
        AND coalesce(enddate >= getvariable('date_from'), true)
    ORDER BY medins_list_codg, med_list_codg, begndate DESC NULLS LAST, _row
)
SELECT
    i.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    i.fixmedins_hilist_id AS ITEM_ID_STORE,
    i.fixmedins_hilist_name AS ITEM_NAME_STORE,
    m.med_list_codg AS ITEM_ID,
    m.hilist_name AS ITEM_NAME,
    i.medins_list_codg AS ITEM_ID_HOSP,
    c.medins_list_name AS ITEM_NAME_HOSP,
    i.ownpay_flag AS SELF_PAY_FLAG,
    i.no_chrg_flag AS NO_CHARGE_FLAG,
    i._row AS _row
FROM stock_item AS i
LEFT JOIN one_institution AS o ON o.fixmedins_code = i.fixmedins_code
LEFT JOIN catalogue AS c ON c.medins_list_codg = i.medins_list_codg
LEFT JOIN mappings AS m ON m.medins_list_codg = i.medins_list_codg
ORDER BY i.fixmedins_hilist_id, m.med_list_codg, i._row

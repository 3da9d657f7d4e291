WITH price AS (
    SELECT instance_table, instance_id, arg_max(effective_start, id) AS begins, arg_max(effective_end, id) AS ends
    FROM adm_charge_item_definition
    WHERE delete_flag = '0'
    GROUP BY ALL
),
item AS (
    SELECT _row, 'med_medication_definition' AS tab, id, 'MED-' || id AS codg, yb_no, yb_match_flag, delete_flag
    FROM med_medication_definition
    UNION ALL
    SELECT _row, 'adm_device_definition', id, 'DEV-' || id, yb_no, yb_match_flag, delete_flag
    FROM adm_device_definition
    UNION ALL
    SELECT _row, 'wor_activity_definition', id, 'ACT-' || id, yb_no, yb_match_flag, delete_flag
    FROM wor_activity_definition
)
SELECT item._row,
       getvariable('org') AS fixmedins_code,
       item.codg AS medins_list_codg,
       coalesce(item.yb_no, '') AS med_list_codg,
       price.begins::DATE AS begndate,
       price.ends::DATE AS enddate,
       CASE WHEN item.delete_flag <> '0' THEN 'deleted'
            WHEN item.yb_match_flag <> 1 OR coalesce(item.yb_no, '') = '' THEN 'unmapped' END AS _excluded
FROM item
LEFT JOIN price ON price.instance_table = item.tab AND price.instance_id = item.id

WITH label AS (
    SELECT dict_value, min(dict_label) AS dict_label FROM sys_dict_data WHERE dict_type = 'unit_code' GROUP BY dict_value
),
batch AS (
    SELECT medication_def_id, arg_max(total_volume, id) AS spec FROM med_medication GROUP BY medication_def_id
),
price AS (
    SELECT instance_table, instance_id, arg_max(yb_type, id) AS yb_type
    FROM adm_charge_item_definition
    WHERE delete_flag = '0'
    GROUP BY ALL
),
item AS (
    SELECT m._row, 'med_medication_definition' AS tab, m.id, 'MED-' || m.id AS codg, m.name, batch.spec,
           MAP {'1': '101', '2': '101', '4': '102'}[m.category_code] AS list_type,
           m.unit_code, m.min_unit_code, m.part_percent, m.def_encounter_unit_code AS otp_unit,
           m.def_inhospital_unit_code AS ipt_unit, m.manufacturer_id, m.manufacturer_text, m.supply_id,
           NULL AS approval_number, NULL AS hvcm_flag, m.delete_flag
    FROM med_medication_definition m
    LEFT JOIN batch ON batch.medication_def_id = m.id
    UNION ALL
    SELECT _row, 'adm_device_definition', id, 'DEV-' || id, name, size, '301', unit_code, min_unit_code, part_percent,
           NULL, NULL, manufacturer_id, manufacturer_text, supply_id, approval_number, hvcm_flag, delete_flag
    FROM adm_device_definition
)
SELECT item._row,
       getvariable('org') AS fixmedins_code,
       item.codg AS fixmedins_hilist_id,
       item.name AS fixmedins_hilist_name,
       item.codg AS medins_list_codg,
       item.list_type,
       MAP {'1': '1', '2': '0', '3': '0', '4': '1'}[price.yb_type] AS ownpay_flag,
       nullif(item.spec, '') AS spec,
       coalesce(nullif(item.manufacturer_text, ''), maker.name) AS prodentp_name,
       seller.name AS spler_name,
       coalesce(smallest.dict_label, nullif(item.min_unit_code, '')) AS min_prcunt,
       coalesce(pack.dict_label, nullif(item.unit_code, '')) AS store_prcunt,
       item.part_percent AS store_convrat,
       coalesce(otp.dict_label, nullif(item.otp_unit, '')) AS otp_prcunt,
       CASE item.otp_unit WHEN '' THEN NULL WHEN item.min_unit_code THEN 1 WHEN item.unit_code THEN item.part_percent END
           AS otp_convrat,
       coalesce(ipt.dict_label, nullif(item.ipt_unit, '')) AS ipt_prcunt,
       CASE item.ipt_unit WHEN '' THEN NULL WHEN item.min_unit_code THEN 1 WHEN item.unit_code THEN item.part_percent END
           AS ipt_convrat,
       item.approval_number AS mdrcn,
       item.hvcm_flag::VARCHAR AS highval_mcs_flag,
       CASE WHEN item.delete_flag <> '0' THEN 'deleted' END AS _excluded
FROM item
LEFT JOIN price ON price.instance_table = item.tab AND price.instance_id = item.id
LEFT JOIN adm_supplier maker ON maker.id = item.manufacturer_id
LEFT JOIN adm_supplier seller ON seller.id = item.supply_id
LEFT JOIN label smallest ON smallest.dict_value = item.min_unit_code
LEFT JOIN label pack ON pack.dict_value = item.unit_code
LEFT JOIN label otp ON otp.dict_value = item.otp_unit
LEFT JOIN label ipt ON ipt.dict_value = item.ipt_unit

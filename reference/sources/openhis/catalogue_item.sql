WITH label AS (SELECT dict_type, dict_value, min(dict_label) AS dict_label FROM sys_dict_data GROUP BY ALL),
batch AS (
    SELECT medication_def_id, arg_max(total_volume, id) AS spec, arg_max(dose_form_code, id) AS dose_form_code
    FROM med_medication
    GROUP BY medication_def_id
),
price AS (
    SELECT instance_table, instance_id, arg_max(charge_name, id) AS charge_name, arg_max(yb_type, id) AS yb_type,
           arg_max(price, id) AS price
    FROM adm_charge_item_definition
    WHERE delete_flag = '0'
    GROUP BY ALL
),
item AS (
    SELECT m._row, 'med_medication_definition' AS tab, m.id, 'MED-' || m.id AS codg, m.name, m.delete_flag,
           batch.spec, coalesce(form.dict_label, batch.dose_form_code) AS form, m.unit_code AS unit,
           MAP {'1': '101', '2': '101', '4': '102'}[m.category_code] AS list_type,
           MAP {'1': '11', '2': '09', '4': '10', '3': '14', '9': '14'}[m.category_code] AS type
    FROM med_medication_definition m
    LEFT JOIN batch ON batch.medication_def_id = m.id
    LEFT JOIN label form ON form.dict_type = 'dose_form_code' AND form.dict_value = batch.dose_form_code
    UNION ALL
    SELECT _row, 'adm_device_definition', id, 'DEV-' || id, name, delete_flag, size, NULL, sales_unit_code, '301', '08'
    FROM adm_device_definition
    UNION ALL
    SELECT _row, 'wor_activity_definition', id, 'ACT-' || id, name, delete_flag, NULL, NULL, permitted_unit_code, '201',
           MAP {'1': '04', '2': '03', '3': '03', '4': '14', '5': '03', '6': '06', '7': '02', '8': '07', '9': '05',
                '10': '14', '11': '05'}[category_code]
    FROM wor_activity_definition
    UNION ALL
    SELECT _row, 'adm_healthcare_service', id, 'SRV-' || id, name, delete_flag, NULL, NULL, NULL, '201',
           MAP {'1': '13', '2': '02'}[category_code]
    FROM adm_healthcare_service
)
SELECT item._row,
       getvariable('org') AS fixmedins_code,
       item.codg AS medins_list_codg,
       coalesce(nullif(price.charge_name, ''), nullif(item.name, '')) AS medins_list_name,
       item.list_type,
       item.type AS med_chrgitm_type,
       MAP {'1': '03', '2': '01', '3': '02', '4': '03'}[price.yb_type] AS chrgitm_lv,
       nullif(item.spec, '') AS spec,
       item.form AS dosform_name,
       coalesce(unit.dict_label, nullif(item.unit, '')) AS prcunt,
       price.price AS pric,
       CASE WHEN item.delete_flag <> '0' THEN 'deleted' END AS _excluded
FROM item
LEFT JOIN price ON price.instance_table = item.tab AND price.instance_id = item.id
LEFT JOIN label unit ON unit.dict_type = 'unit_code' AND unit.dict_value = item.unit

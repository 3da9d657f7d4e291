-- The amount is total_price as it stands: quantity is empty and the unit price 0 on registrations.
WITH line AS (
    SELECT *,
           coalesce(occurrence_time, entered_date, create_time)::DATE AS day,
           total_price < 0 AS reversal,
           CASE WHEN delete_flag <> '0' THEN 'deleted'
                WHEN status_enum IN (5, 7, 8, 9) THEN NULL
                WHEN status_enum IN (1, 2) THEN 'unpaid'
                ELSE 'not_chargeable' END AS excluded
    FROM adm_charge_item
),
bill AS (
    SELECT encounter_id, patient_id, day, reversal, excluded, min(id) AS setl_id
    FROM line
    GROUP BY ALL
),
doctor AS (
    SELECT encounter_id, min(practitioner_id) AS practitioner_id
    FROM adm_encounter_participant
    WHERE type_code = '1' AND delete_flag = '0'
    GROUP BY encounter_id
),
label AS (SELECT dict_type, dict_value, min(dict_label) AS dict_label FROM sys_dict_data GROUP BY ALL),
batch AS (
    SELECT medication_def_id, arg_max(total_volume, id) AS spec, arg_max(dose_form_code, id) AS dose_form_code
    FROM med_medication
    GROUP BY medication_def_id
),
price AS (
    SELECT instance_table, instance_id, arg_max(charge_name, id) AS charge_name, arg_max(yb_type, id) AS yb_type
    FROM adm_charge_item_definition
    WHERE delete_flag = '0'
    GROUP BY ALL
),
item AS (
    SELECT 'med_medication_definition' AS tab, m.id, m.name, m.yb_no, m.yb_match_flag,
           batch.spec, coalesce(form.dict_label, batch.dose_form_code) AS form,
           MAP {'1': '101', '2': '101', '4': '102'}[m.category_code] AS list_type,
           MAP {'1': '11', '2': '09', '4': '10', '3': '14', '9': '14'}[m.category_code] AS type
    FROM med_medication_definition m
    LEFT JOIN batch ON batch.medication_def_id = m.id
    LEFT JOIN label form ON form.dict_type = 'dose_form_code' AND form.dict_value = batch.dose_form_code
    UNION ALL
    SELECT 'adm_device_definition', id, name, yb_no, yb_match_flag, size, NULL, '301', '08'
    FROM adm_device_definition
    UNION ALL
    SELECT 'wor_activity_definition', id, name, yb_no, yb_match_flag, NULL, NULL, '201',
           MAP {'1': '04', '2': '03', '3': '03', '4': '14', '5': '03', '6': '06', '7': '02', '8': '07', '9': '05',
                '10': '14', '11': '05'}[category_code]
    FROM wor_activity_definition
    UNION ALL
    SELECT 'adm_healthcare_service', id, name, NULL, NULL, NULL, NULL, '201',
           MAP {'1': '13', '2': '02'}[category_code]
    FROM adm_healthcare_service
),
ordered AS (
    SELECT line.*, r.bus_no AS drord_no, r.practitioner_id AS orderer_id, r.perform_org,
           coalesce(nullif(line.prescription_no, ''), nullif(r.prescription_no, '')) AS rxno,
           coalesce(d.instance_table, nullif(line.product_table, ''),
                    CASE WHEN r.id IS NOT NULL THEN 'med_medication_definition' ELSE line.service_table END) AS tab,
           coalesce(d.instance_id, line.product_id, r.medication_id, line.service_id) AS item_id,
           d.charge_name, d.yb_type
    FROM line
    LEFT JOIN adm_charge_item_definition d ON d.id = line.definition_id
    LEFT JOIN med_medication_request r
           ON r.id = line.service_id AND line.bus_no IN (r.bus_no, 'CI' || r.bus_no)
)
SELECT c._row,
       getvariable('org') AS fixmedins_code,
       c.id::VARCHAR AS feedetl_sn,
       CASE WHEN c.reversal THEN c.refund_id::VARCHAR END AS init_feedetl_sn,
       bill.setl_id::VARCHAR AS setl_id,
       c.encounter_id::VARCHAR AS mdtrt_id,
       c.rxno,
       c.drord_no,
       c.entered_date::TIMESTAMP AS bilg_time,
       c.occurrence_time::TIMESTAMP AS fee_ocur_time,
       bilg.bus_no AS bilg_dept_codg,
       bilg.name AS bilg_dept_name,
       coalesce(c.orderer_id, doctor.practitioner_id)::VARCHAR AS bilg_dr_codg,
       s.name AS bilg_dr_name,
       acord.bus_no AS acord_dept_codg,
       acord.name AS acord_dept_name,
       item.type AS med_chrgitm_type,
       MAP {'1': '03', '2': '01', '3': '02', '4': '03'}[coalesce(c.yb_type, price.yb_type)] AS chrgitm_lv,
       item.list_type,
       MAP {'med_medication_definition': 'MED-', 'adm_device_definition': 'DEV-', 'wor_activity_definition': 'ACT-',
            'adm_healthcare_service': 'SRV-'}[c.tab] || c.item_id AS medins_list_codg,
       coalesce(c.charge_name, price.charge_name, item.name) AS medins_list_name,
       CASE WHEN item.yb_match_flag = 1 THEN nullif(item.yb_no, '') END AS med_list_codg,
       item.spec,
       item.form AS dosform_name,
       coalesce(unit.dict_label, nullif(c.quantity_unit, '')) AS prcunt,
       c.unit_price AS pric,
       c.quantity_value AS cnt,
       c.total_price AS det_item_fee_sumamt,
       c.excluded AS _excluded
FROM ordered c
JOIN bill
  ON bill.encounter_id = c.encounter_id AND bill.patient_id = c.patient_id AND bill.day = c.day
 AND bill.reversal = c.reversal AND bill.excluded IS NOT DISTINCT FROM c.excluded
LEFT JOIN item ON item.tab = c.tab AND item.id = c.item_id
LEFT JOIN price ON price.instance_table = c.tab AND price.instance_id = c.item_id
LEFT JOIN adm_encounter e ON e.id = c.encounter_id
LEFT JOIN adm_healthcare_service h ON h.id = c.service_id AND c.service_table = 'adm_healthcare_service'
LEFT JOIN adm_organization bilg ON bilg.id = coalesce(c.requesting_org_id, e.organization_id)
LEFT JOIN adm_organization acord ON acord.id = coalesce(c.performing_org_id, c.perform_org, h.offered_org_id)
LEFT JOIN doctor ON doctor.encounter_id = c.encounter_id
LEFT JOIN adm_practitioner s ON s.id = coalesce(c.orderer_id, doctor.practitioner_id)
LEFT JOIN label unit ON unit.dict_type = 'unit_code' AND unit.dict_value = c.quantity_unit

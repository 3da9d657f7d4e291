-- Dispensed is what has a dispensed quantity and time; the unit is the pack or the smallest unit, or it cannot be converted.
WITH charge AS (
    SELECT *, coalesce(occurrence_time, entered_date, create_time)::DATE AS day
    FROM adm_charge_item
    WHERE delete_flag = '0' AND status_enum IN (5, 7, 8, 9) AND total_price >= 0
),
bill AS (
    SELECT encounter_id, patient_id, day, min(id) AS setl_id
    FROM charge
    GROUP BY ALL
),
sold AS (
    SELECT r.id AS request_id, min(charge.id) AS feedetl_sn, arg_min(bill.setl_id, charge.id) AS setl_id
    FROM med_medication_request r
    JOIN charge ON charge.service_id = r.id AND charge.bus_no IN (r.bus_no, 'CI' || r.bus_no)
    JOIN bill
      ON bill.encounter_id = charge.encounter_id AND bill.patient_id = charge.patient_id AND bill.day = charge.day
    GROUP BY r.id
),
label AS (
    SELECT dict_value, min(dict_label) AS dict_label FROM sys_dict_data WHERE dict_type = 'unit_code' GROUP BY dict_value
),
moved AS (
    SELECT x.*, coalesce(unit.dict_label, x.unit_code) AS unit,
           CASE x.unit_code WHEN m.min_unit_code THEN 1 WHEN m.unit_code THEN m.part_percent END AS convrat,
           row_number() OVER (PARTITION BY x.location_id, x.bus_no ORDER BY x.id) AS dcmt_line_no
    FROM med_medication_dispense x
    LEFT JOIN med_medication_definition m ON m.id = x.medication_id
    LEFT JOIN label unit ON unit.dict_value = x.unit_code
)
SELECT x._row,
       getvariable('org') AS fixmedins_code,
       x.location_id::VARCHAR AS inv_codg,
       x.bus_no AS dcmt_no,
       x.dcmt_line_no,
       CASE WHEN e.class_enum = 1 THEN '住院销售' ELSE '门诊销售' END AS inv_chg_type,
       x.dispense_time::TIMESTAMP AS inv_chg_time,
       'MED-' || x.medication_id AS fixmedins_hilist_id,
       nullif(x.lot_number, '') AS manu_lotnum,
       -x.dispense_quantity AS cnt,
       x.unit AS prcunt,
       x.convrat,
       CASE WHEN e.class_enum = 1 THEN '住院' ELSE '门诊' END AS obj_name,
       sold.setl_id::VARCHAR AS setl_id,
       sold.feedetl_sn::VARCHAR AS feedetl_sn,
       CASE WHEN x.delete_flag <> '0' THEN 'deleted'
            WHEN x.dispense_time IS NULL OR x.dispense_quantity = 0 THEN 'not_dispensed'
            WHEN x.status_enum = 7 THEN 'refused'
            WHEN x.convrat IS NULL THEN 'unit_unknown' END AS _excluded
FROM moved x
LEFT JOIN adm_encounter e ON e.id = x.encounter_id
LEFT JOIN sold ON sold.request_id = x.med_req_id

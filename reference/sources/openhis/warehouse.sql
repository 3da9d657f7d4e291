-- Wards, rooms and beds are locations too: a store is what holds stock, what dispenses, or what is a pharmacy (form 16).
SELECT _row,
       getvariable('org') AS fixmedins_code,
       id::VARCHAR AS inv_codg,
       name AS inv_name,
       CASE WHEN delete_flag <> '0' THEN 'deleted' END AS _excluded
FROM adm_location
WHERE form_enum = 16
   OR id IN (SELECT location_id FROM wor_inventory_item)
   OR id IN (SELECT location_id FROM med_medication_dispense)

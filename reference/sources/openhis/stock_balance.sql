-- The system keeps the current quantity only. A lot that was last changed before the period ended had this quantity at its end.
WITH lot AS (
    SELECT location_id, item_table, item_id, lot_number,
           delete_flag <> 0 AS deleted,
           arg_min(_row, id) AS _row,
           sum(min_quantity) AS inv_cnt,
           min(nullif(trace_no, '')) AS trace_no,
           min(supplier_id) AS supplier_id,
           max(coalesce(update_time, create_time)) AS changed
    FROM wor_inventory_item
    GROUP BY ALL
)
SELECT lot._row,
       getvariable('org') AS fixmedins_code,
       lot.location_id::VARCHAR AS inv_codg,
       MAP {'med_medication_definition': 'MED-', 'adm_device_definition': 'DEV-'}[lot.item_table] || lot.item_id
           AS fixmedins_hilist_id,
       lot.lot_number AS manu_lotnum,
       getvariable('date_until') - 1 AS invdate,
       lot.inv_cnt,
       lot.trace_no AS drug_trac_codg,
       s.name AS spler_name,
       CASE WHEN lot.deleted THEN 'deleted' WHEN lot.changed::DATE >= getvariable('date_until') THEN 'changed_later' END
           AS _excluded
FROM lot
LEFT JOIN adm_supplier s ON s.id = lot.supplier_id

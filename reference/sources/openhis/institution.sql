SELECT _row,
       bus_no AS fixmedins_code,
       name AS fixmedins_name,
       CASE WHEN delete_flag <> '0' THEN 'deleted' END AS _excluded
FROM adm_organization
WHERE bus_no = getvariable('org')

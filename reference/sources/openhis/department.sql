SELECT _row,
       getvariable('org') AS fixmedins_code,
       bus_no AS hosp_dept_codg,
       name AS hosp_dept_name,
       CASE WHEN delete_flag <> '0' THEN 'deleted' END AS _excluded
FROM adm_organization
WHERE bus_no <> getvariable('org')

SELECT x._row,
       getvariable('org') AS fixmedins_code,
       x.encounter_id::VARCHAR AS mdtrt_id,
       '0' AS inout_diag_type,
       row_number() OVER (PARTITION BY x.encounter_id ORDER BY x.id) AS diag_srt_no,
       x.maindise_flag::VARCHAR AS maindiag_flag,
       coalesce(nullif(c.yb_no, ''), nullif(d.yb_no, '')) AS diag_code,
       coalesce(nullif(d.name, ''), nullif(c.description, '')) AS diag_name,
       c.recorded_datetime::TIMESTAMP AS diag_time,
       CASE WHEN x.delete_flag <> '0' THEN 'deleted' WHEN e.id IS NULL THEN 'no_encounter' END AS _excluded
FROM adm_encounter_diagnosis x
LEFT JOIN cli_condition c ON c.id = x.condition_id
LEFT JOIN cli_condition_definition d ON d.id = c.definition_id
LEFT JOIN adm_encounter e ON e.id = x.encounter_id

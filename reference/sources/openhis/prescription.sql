WITH settled AS (
    SELECT DISTINCT service_id, bus_no
    FROM adm_charge_item
    WHERE delete_flag = '0' AND status_enum IN (5, 7, 8, 9)
),
prescription AS (
    SELECT r.prescription_no, r.delete_flag <> '0' AS deleted,
           arg_min(r._row, r.id) AS _row,
           arg_min(r.encounter_id, r.id) AS encounter_id,
           arg_min(r.practitioner_id, r.id) AS practitioner_id,
           min(r.req_authored_time)::TIMESTAMP AS isu_time,
           count(settled.service_id) AS lines_settled
    FROM med_medication_request r
    LEFT JOIN settled ON settled.service_id = r.id AND settled.bus_no IN (r.bus_no, 'CI' || r.bus_no)
    WHERE r.prescription_no <> ''
    GROUP BY ALL
)
SELECT r._row,
       getvariable('org') AS fixmedins_code,
       r.prescription_no AS rxno,
       r.encounter_id::VARCHAR AS mdtrt_id,
       r.isu_time,
       o.bus_no AS bilg_dept_codg,
       o.name AS bilg_dept_name,
       r.practitioner_id::VARCHAR AS bilg_dr_codg,
       s.name AS bilg_dr_name,
       CASE WHEN r.deleted THEN 'deleted' WHEN r.lines_settled = 0 THEN 'not_settled' END AS _excluded
FROM prescription r
LEFT JOIN adm_encounter e ON e.id = r.encounter_id
LEFT JOIN adm_organization o ON o.id = e.organization_id
LEFT JOIN adm_practitioner s ON s.id = r.practitioner_id

WITH role AS (
    SELECT r.practitioner_id, string_agg(DISTINCT d.dict_label, '、' ORDER BY d.dict_label) AS labels
    FROM adm_practitioner_role r
    JOIN sys_dict_data d ON d.dict_type = 'practitioner_role' AND d.dict_value = r.role_code
    WHERE r.delete_flag = '0'
    GROUP BY r.practitioner_id
)
SELECT p._row,
       getvariable('org') AS fixmedins_code,
       p.id::VARCHAR AS medins_psn_code,
       nullif(p.yb_no, '') AS prac_psn_code,
       p.name AS prac_psn_name,
       role.labels AS prac_psn_type,
       o.bus_no AS hosp_dept_codg,
       CASE WHEN p.delete_flag <> '0' THEN 'deleted' END AS _excluded
FROM adm_practitioner p
LEFT JOIN role ON role.practitioner_id = p.id
LEFT JOIN adm_organization o ON o.id = p.org_id

-- title: 死亡以后仍有服务记录
-- why: 死亡日期以后不可能再有随访、体检、就诊或签约服务；多为代填或死亡日期有误
-- fix: 核实死亡日期；虚假的服务记录删除
-- level: error
-- table: death_record
WITH served AS (
    SELECT org_code, form_id AS key, empi, counted_date AS day FROM exam_form
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM htn_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM dm_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM copd_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM smd_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM tb_visit
    UNION ALL
    SELECT org_code, tcm_id AS key, empi, counted_date AS day FROM tcm_elder
    UNION ALL
    SELECT org_code, checkup_id AS key, empi, counted_date AS day FROM child_checkup
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM prenatal_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM postnatal_visit
    UNION ALL
    SELECT org_code, service_id AS key, empi, counted_date AS day FROM fd_service
    UNION ALL
    SELECT org_code, visit_id AS key, empi, counted_date AS day FROM op_visit
    UNION ALL
    SELECT org_code, exam_no AS key, empi, counted_date AS day FROM exam_reg
    UNION ALL
    SELECT org_code, event_id AS key, empi, counted_date AS day FROM svc_event
)
SELECT v.org_code, v.key, v.empi, CAST(v.day AS VARCHAR) AS value
FROM served AS v
JOIN (SELECT empi, min(death_date) AS day FROM death_record GROUP BY empi) AS d ON d.empi = v.empi
WHERE v.day > d.day

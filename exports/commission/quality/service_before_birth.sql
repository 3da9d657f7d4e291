-- title: 出生以前有服务记录
-- why: 出生日期以前不可能有随访、体检、就诊或签约服务；多为出生日期有误或挂错了人
-- fix: 更正出生日期，或把服务记录改到本人名下
-- level: error
-- table: resident
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
JOIN standing AS s ON s.empi = v.empi
WHERE v.day < s.birth

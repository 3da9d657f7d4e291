-- title: 服务日期晚于录入日期
-- why: 录入时还没有发生，多为年份写错；会计入将来的月份
-- fix: 更正服务日期
-- level: error
-- table: htn_visit
WITH service AS (
    SELECT org_code, visit_id AS key, empi, visit_date AS day, created_at FROM htn_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date AS day, created_at FROM dm_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date AS day, created_at FROM copd_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date AS day, created_at FROM smd_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date AS day, created_at FROM tb_visit
    UNION ALL
    SELECT org_code, form_id AS key, empi, exam_date AS day, created_at FROM exam_form
    UNION ALL
    SELECT org_code, tcm_id AS key, empi, service_date AS day, created_at FROM tcm_elder
    UNION ALL
    SELECT org_code, exam_no AS key, empi, reg_date AS day, created_at FROM exam_reg
    UNION ALL
    SELECT org_code, visit_id AS key, empi, CAST(visit_time AS DATE) AS day, created_at FROM op_visit
    UNION ALL
    SELECT org_code, ip_id AS key, empi, CAST(in_time AS DATE) AS day, created_at FROM ip_admission
    UNION ALL
    SELECT org_code, event_id AS key, empi, CAST(start_time AS DATE) AS day, created_at FROM svc_event
)
SELECT org_code, key, empi, CAST(day AS VARCHAR) AS value
FROM service
WHERE day > CAST(created_at AS DATE)

-- title: 随访没有转归
-- why: 不知道是否访到，本产品一律不计为已随访
-- fix: 补录转归（继续随访、失访、终止）
-- level: error
-- table: htn_visit
WITH visit AS (
    SELECT org_code, visit_id AS key, empi, visit_date FROM htn_visit WHERE effect IS NULL
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date FROM dm_visit WHERE effect IS NULL
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date FROM copd_visit WHERE effect IS NULL
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date FROM smd_visit WHERE effect IS NULL
    UNION ALL
    SELECT org_code, visit_id AS key, empi, visit_date FROM tb_visit WHERE effect IS NULL
)
SELECT org_code, key, empi, CAST(visit_date AS VARCHAR) AS value
FROM visit

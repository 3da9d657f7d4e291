-- title: 失访却有检查结果
-- why: 没有访到就不会有血压、血糖或病情分类；指标按失访处理
-- fix: 核实是否访到，改正转归或删去结果
-- level: error
-- table: htn_visit
WITH lost AS (
    SELECT org_code, visit_id AS key, empi, sbp || '/' || dbp AS value FROM htn_visit WHERE effect = '2'
    UNION ALL
    SELECT org_code, visit_id AS key, empi, CAST(glucose AS VARCHAR) AS value FROM dm_visit WHERE effect = '2'
    UNION ALL
    SELECT org_code, visit_id AS key, empi, CAST(fev1_fvc AS VARCHAR) AS value FROM copd_visit WHERE effect = '2'
    UNION ALL
    SELECT org_code, visit_id AS key, empi, nullif(visit_class, '0') AS value FROM smd_visit WHERE effect = '2'
)
SELECT org_code, key, empi, value
FROM lost
WHERE value IS NOT NULL

-- title: 有随访而没有专档
-- why: 没有专档的患者不计为已管理，随访白做；按计划统计时率会超过 100%
-- fix: 补建专档，或把随访改到本人名下
-- level: error
-- table: htn_visit
WITH visit AS (
    SELECT org_code, visit_id AS key, empi, 'htn' AS kind FROM htn_visit AS v
    WHERE NOT EXISTS (SELECT 1 FROM htn_file AS f WHERE f.empi = v.empi)
    UNION ALL
    SELECT org_code, visit_id AS key, empi, 'dm' AS kind FROM dm_visit AS v
    WHERE NOT EXISTS (SELECT 1 FROM dm_file AS f WHERE f.empi = v.empi)
    UNION ALL
    SELECT org_code, visit_id AS key, empi, 'copd' AS kind FROM copd_visit AS v
    WHERE NOT EXISTS (SELECT 1 FROM copd_file AS f WHERE f.empi = v.empi)
    UNION ALL
    SELECT org_code, visit_id AS key, empi, 'smd' AS kind FROM smd_visit AS v
    WHERE NOT EXISTS (SELECT 1 FROM smd_file AS f WHERE f.empi = v.empi)
    UNION ALL
    SELECT org_code, visit_id AS key, empi, 'tb' AS kind FROM tb_visit AS v
    WHERE NOT EXISTS (SELECT 1 FROM tb_case AS f WHERE f.empi = v.empi)
)
SELECT org_code, key, empi, kind AS value
FROM visit

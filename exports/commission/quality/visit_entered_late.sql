-- title: 随访逾期录入
-- why: 随访 30 日以后才录入，会改变已经报出的月份
-- fix: 核实随访日期；确属补录的报表中列为本期补录
-- level: hint
-- table: htn_visit
WITH visit AS (
    SELECT org_code, visit_id AS key, empi, CAST(created_at AS DATE) - visit_date AS days FROM htn_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, CAST(created_at AS DATE) - visit_date AS days FROM dm_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, CAST(created_at AS DATE) - visit_date AS days FROM copd_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, CAST(created_at AS DATE) - visit_date AS days FROM smd_visit
    UNION ALL
    SELECT org_code, visit_id AS key, empi, CAST(created_at AS DATE) - visit_date AS days FROM tb_visit
)
SELECT org_code, key, empi, days || ' 日' AS value
FROM visit
WHERE days > 30

-- title: 有月份未上报
-- why: 未上报不等于零；合计会注明缺报的机构
-- fix: 补报缺少的月份
-- level: error
-- table: organisation
WITH month AS (
    SELECT CAST(unnest(generate_series(getvariable('year_from'), getvariable('period_until') - INTERVAL 1 DAY, INTERVAL 1 MONTH)) AS DATE) AS day
)
SELECT n.code AS org_code, n.code || '|' || strftime(m.day, '%%Y-%%m') AS key, CAST(NULL AS VARCHAR) AS empi,
    strftime(m.day, '%%Y-%%m') AS value
FROM org_node AS n
CROSS JOIN month AS m
WHERE n.level IN ('township', 'village')
    AND NOT EXISTS (
        SELECT 1 FROM submission AS s WHERE s.org_code = n.code AND s.of_system = 'ph' AND s.of_month = m.day
    )

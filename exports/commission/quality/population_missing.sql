-- title: 没有录入常住人口
-- why: 分母未录入，比率只能显示“—”
-- fix: 录入本年度的常住人口及其来源
-- level: error
-- table: organisation
SELECT n.code AS org_code, n.code AS key, CAST(NULL AS VARCHAR) AS empi, CAST(year(getvariable('year_from')) AS VARCHAR) AS value
FROM org_node AS n
WHERE n.level IN ('township', 'village')
    AND NOT EXISTS (
        SELECT 1
        FROM base_population AS b
        WHERE b.org_code = n.code AND b.item = 'permanent' AND b.value > 0
            AND b.year = year(getvariable('period_until') - INTERVAL 1 DAY)
    )

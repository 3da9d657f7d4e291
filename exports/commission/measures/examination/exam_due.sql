-- title: 应检人数
-- definition: 当年应检名单上的居民；p_band 为年龄组（0 全部，1 为0–6岁，2 为7–14岁，3 为15–64岁，4 为65岁及以上，按当年减出生年），p_household 为 1 只计户籍
-- source: 全民健康体检表；公式待卫健委签认
SELECT r.empi, r.empi AS record, r.org_code, 1 AS value
FROM exam_roster AS r
JOIN standing AS s ON s.empi = r.empi
WHERE r.year = year(getvariable('year_from'))
    AND (getvariable('p_household') = 0 OR r.household = CAST(getvariable('p_household') AS VARCHAR))
    AND (getvariable('p_band') = 0 OR getvariable('p_band') = CASE
        WHEN year(getvariable('year_from')) - year(s.birth) < 7 THEN 1
        WHEN year(getvariable('year_from')) - year(s.birth) < 15 THEN 2
        WHEN year(getvariable('year_from')) - year(s.birth) < 65 THEN 3
        ELSE 4
    END)

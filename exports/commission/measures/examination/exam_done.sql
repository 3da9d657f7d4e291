-- title: 已完成体检的人数
-- definition: 名单上的居民，期内完成总检，记录未作废；参数同应检人数
-- source: 全民健康体检表；公式待卫健委签认
SELECT e.empi, e.empi AS record, min_by(e.org_code, e.final_date) AS org_code, 1 AS value
FROM exam_reg AS e
JOIN standing AS s ON s.empi = e.empi
WHERE e.void_flag = '0'
    AND e.final_date >= getvariable('period_from')
    AND e.final_date < getvariable('period_until')
    AND EXISTS (
        SELECT 1 FROM exam_roster AS r
        WHERE r.empi = e.empi AND r.year = year(getvariable('year_from'))
            AND (getvariable('p_household') = 0 OR r.household = CAST(getvariable('p_household') AS VARCHAR))
    )
    AND (getvariable('p_band') = 0 OR getvariable('p_band') = CASE
        WHEN year(getvariable('year_from')) - year(s.birth) < 7 THEN 1
        WHEN year(getvariable('year_from')) - year(s.birth) < 15 THEN 2
        WHEN year(getvariable('year_from')) - year(s.birth) < 65 THEN 3
        ELSE 4
    END)
GROUP BY e.empi

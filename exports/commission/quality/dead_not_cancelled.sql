-- title: 已死亡而档案未注销
-- why: 死亡名单上的人档案仍为正常；指标已按死亡日期剔除
-- fix: 核实后以“死亡”注销档案
-- level: error
-- table: health_archive
SELECT a.org_code, a.archive_no AS key, a.empi, CAST(s.death_date AS VARCHAR) AS value
FROM health_archive AS a
JOIN standing AS s ON s.empi = a.empi
WHERE a.status = '0' AND s.death_date < getvariable('period_until')

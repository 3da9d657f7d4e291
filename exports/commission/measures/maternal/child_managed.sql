-- title: 已管理的儿童
-- definition: 期内接受过 1 次及以上访视或健康检查，期末未满 p_age 岁
-- source: 国家基本公共卫生服务规范（第三版）：0～6岁儿童健康管理
WITH seen AS (
    SELECT empi, org_code, counted_date FROM child_checkup
    UNION ALL
    SELECT empi, org_code, counted_date FROM newborn_visit
)
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.counted_date) AS org_code, 1 AS value
FROM seen AS v
JOIN standing AS s ON s.empi = v.empi
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')
    AND age_at(s.birth, getvariable('period_until') - 1) < getvariable('p_age')
GROUP BY v.empi

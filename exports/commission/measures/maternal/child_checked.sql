-- title: 做过健康检查的儿童
-- definition: 期内接受过 1 次及以上健康检查，不计新生儿访视，期末未满 p_age 岁
-- source: 公开代码中的另一种做法
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM child_checkup AS v
JOIN standing AS s ON s.empi = v.empi
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')
    AND age_at(s.birth, getvariable('period_until') - 1) < getvariable('p_age')
GROUP BY v.empi

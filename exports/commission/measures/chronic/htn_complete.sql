-- title: 随访表无空项且次数足够的高血压患者
-- definition: 年内面对面随访不少于规定次数，且每张随访表填写完整
-- source: 公开代码中的另一种做法
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM htn_visit AS v
WHERE v.effect <> '2'
    AND v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM htn_file AS f WHERE f.empi = v.empi AND f.register_date < getvariable('period_until') AND coalesce(f.end_date >= getvariable('year_from'), true))
GROUP BY v.empi
HAVING count(DISTINCT v.visit_id) FILTER (v.way NOT IN ('3', '4')) >= getvariable('p_visits')
    AND bool_and(v.complete_flag = '1')

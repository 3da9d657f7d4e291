-- title: 按计划完成随访的高血压患者
-- definition: 年内到期的计划中完成的比例不低于 p_share %
-- source: 公开代码中的另一种做法
SELECT p.empi, p.empi AS record, min_by(p.org_code, p.end_date) AS org_code, 1 AS value
FROM visit_plan AS p
LEFT JOIN htn_visit AS v ON v.visit_id = p.visit_id AND v.visit_date < getvariable('period_until')
WHERE p.biz_type = 'htn'
    AND p.end_date >= getvariable('period_from')
    AND p.end_date < getvariable('period_until')
GROUP BY p.empi
HAVING count(v.visit_id) * 100 >= getvariable('p_share') * count(*)

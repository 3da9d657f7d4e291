-- title: 访视的新生儿
-- definition: 期内出生，出生后 p_days 天内、期末前已家庭访视
-- source: 国家基本公共卫生服务规范（第三版）：0～6岁儿童健康管理
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM newborn_visit AS v
WHERE v.birth >= getvariable('period_from') AND v.birth < getvariable('period_until')
    AND v.visit_date < getvariable('period_until') AND v.visit_date >= v.birth
    AND v.visit_date <= v.birth + CAST(getvariable('p_days') AS INTEGER)
GROUP BY v.empi

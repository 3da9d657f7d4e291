-- title: 门急诊首诊的居民
-- definition: p_age 岁及以上居民本年首诊
-- source: 国家基本公共卫生服务规范（第三版）
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM op_visit AS v
JOIN standing AS s ON s.empi = v.empi
WHERE v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND v.cancel_flag = '0'
    AND v.kind IN ('1', '2')
    AND v.first_flag = '1'
    AND age_at(s.birth, v.counted_date) >= getvariable('p_age')

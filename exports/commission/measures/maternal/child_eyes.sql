-- title: 做过眼保健和视力检查的儿童
-- definition: 期内健康检查含眼保健和视力检查，期末未满 p_age 岁
-- source: 国家基本公共卫生服务规范（第三版）：0～6岁儿童健康管理
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM child_checkup AS v
JOIN standing AS s ON s.empi = v.empi
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')
    AND v.eye_check_flag = '1' AND age_at(s.birth, getvariable('period_until') - 1) < getvariable('p_age')
GROUP BY v.empi

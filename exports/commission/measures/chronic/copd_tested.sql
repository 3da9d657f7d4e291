-- title: 年内做过肺功能的慢阻肺患者
-- definition: 年内随访中有 FEV1/FVC 结果
-- source: 2024 年起纳入国家基本公共卫生服务；具体指标待客户确认
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM copd_visit AS v
WHERE v.effect <> '2' AND v.fev1_fvc IS NOT NULL
    AND v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM copd_file AS f WHERE f.empi = v.empi AND f.register_date < getvariable('period_until'))
GROUP BY v.empi

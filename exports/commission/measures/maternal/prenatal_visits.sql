-- title: 产前检查次数
-- definition: 期内产前检查记录数
-- source: 国家基本公共卫生服务规范（第三版）：孕产妇健康管理
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM prenatal_visit AS v
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')

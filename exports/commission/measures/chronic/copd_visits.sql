-- title: 慢阻肺随访次数
-- definition: 期内随访记录数
-- source: 2024 年起纳入国家基本公共卫生服务；具体指标待客户确认
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM copd_visit AS v
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')

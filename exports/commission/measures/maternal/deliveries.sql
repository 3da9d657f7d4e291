-- title: 分娩产妇
-- definition: 期内分娩的产妇
-- source: 国家基本公共卫生服务规范（第三版）：孕产妇健康管理
SELECT d.empi, d.delivery_id AS record, d.org_code, 1 AS value
FROM delivery AS d
WHERE d.counted_date >= getvariable('period_from') AND d.counted_date < getvariable('period_until')

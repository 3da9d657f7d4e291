-- title: 分娩登记的活产数
-- definition: 期内分娩记录的活产数之和
-- source: 国家基本公共卫生服务规范（第三版）：孕产妇健康管理
SELECT d.empi, d.delivery_id AS record, d.org_code, d.live_births AS value
FROM delivery AS d
WHERE d.counted_date >= getvariable('period_from') AND d.counted_date < getvariable('period_until')

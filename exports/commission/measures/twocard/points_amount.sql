-- title: 分配金额
-- definition: 期内各月分配金额之和
-- source: 两卡制绩效结算
SELECT NULL AS empi, t.settle_id AS record, t.org_code, t.amount AS value
FROM points_settle AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')

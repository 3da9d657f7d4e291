-- title: 电子健康卡使用次数
-- definition: 期内用卡记录数
-- source: 居民健康APP 与电子健康卡：公式待客户确认
SELECT u.empi, u.use_id AS record, u.org_code, 1 AS value
FROM card_use AS u
WHERE u.counted_date >= getvariable('period_from') AND u.counted_date < getvariable('period_until')

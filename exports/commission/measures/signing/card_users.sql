-- title: 用过电子健康卡的居民
-- definition: 期内用过未注销、未失效的卡
-- source: 居民健康APP 与电子健康卡：公式待客户确认
SELECT u.empi, u.use_id AS record, u.org_code, 1 AS value
FROM card_use AS u
WHERE u.counted_date >= getvariable('period_from') AND u.counted_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM health_card AS k WHERE k.card_id = u.card_id AND k.status IN ('0', '1'))

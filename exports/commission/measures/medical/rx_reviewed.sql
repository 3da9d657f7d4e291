-- title: 点评处方数
-- definition: 期内点评的处方
-- source: 处方管理办法；合理用药系统
SELECT NULL AS empi, t.review_id AS record, t.org_code, 1 AS value
FROM rx_review AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')

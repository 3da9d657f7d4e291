-- title: 大处方数
-- definition: 金额超过 p_limit 元的处方
-- source: 厂商手册：超过设定金额的处方
SELECT r.empi, r.rx_id AS record, r.org_code, 1 AS value
FROM rx AS r
WHERE r.counted_date >= getvariable('period_from')
    AND r.counted_date < getvariable('period_until')
    AND r.void_flag = '0'
    AND r.amount > getvariable('p_limit')

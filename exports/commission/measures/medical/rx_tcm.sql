-- title: 中医处方数
-- definition: 期内未作废的中成药、中草药处方
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT r.empi, r.rx_id AS record, r.org_code, 1 AS value
FROM rx AS r
WHERE r.counted_date >= getvariable('period_from')
    AND r.counted_date < getvariable('period_until')
    AND r.void_flag = '0'
    AND r.rx_type IN ('2', '3')

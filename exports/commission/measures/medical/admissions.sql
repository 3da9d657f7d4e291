-- title: 入院人数
-- definition: 期内入院；p_all 为 1 时连同退院的记录
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT a.empi, a.ip_id AS record, a.org_code, 1 AS value
FROM ip_admission AS a
WHERE a.counted_date >= getvariable('period_from')
    AND a.counted_date < getvariable('period_until')
    AND (getvariable('p_all') = 1 OR a.cancel_flag = '0')

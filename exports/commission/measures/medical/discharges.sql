-- title: 出院人数
-- definition: 期内出院，不含退院
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT a.empi, a.ip_id AS record, a.org_code, 1 AS value
FROM ip_admission AS a
WHERE a.out_time >= getvariable('period_from')
    AND a.out_time < getvariable('period_until')
    AND a.cancel_flag = '0'

-- title: 静脉输液处方数
-- definition: 含静脉输液的未作废处方
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT r.empi, r.rx_id AS record, r.org_code, 1 AS value
FROM rx AS r
WHERE r.counted_date >= getvariable('period_from')
    AND r.counted_date < getvariable('period_until')
    AND r.void_flag = '0'
    AND EXISTS (SELECT 1 FROM rx_line AS l WHERE l.rx_id = r.rx_id AND l.org_code = r.org_code AND l.infusion_flag = '1')

-- title: 下转接收人次
-- definition: 未退号且为下转接收
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM op_visit AS v
WHERE v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND v.cancel_flag = '0'
    AND v.referral = '2'

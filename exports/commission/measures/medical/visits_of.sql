-- title: 诊疗人次
-- definition: 未退号的就诊，类别由 p_kinds 逐位给出（第 n 位为类别 n）
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM op_visit AS v
WHERE v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND v.cancel_flag = '0'
    AND (getvariable('p_kinds') >> CAST(v.kind AS INTEGER)) & 1 = 1

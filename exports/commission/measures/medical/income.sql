-- title: 医疗收入
-- definition: 期内未作废票据的金额之和，退费为负；日期按所选口径（收费、结账、汇总）
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT b.empi, b.bill_id AS record, b.org_code, b.total AS value
FROM bill AS b
WHERE b.counted_date >= getvariable('period_from')
    AND b.counted_date < getvariable('period_until')
    AND b.void_flag = '0'

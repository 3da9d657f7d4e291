-- title: 实际开放总床日
-- definition: 期内每日开放床位之和
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT NULL AS empi, b.org_code || '|' || b.dept_code || '|' || b.day AS record, b.org_code, b.open_beds AS value
FROM bed_day AS b
WHERE b.counted_date >= getvariable('period_from')
    AND b.counted_date < getvariable('period_until')

-- title: 医师工作日
-- definition: 期末在岗的执业（助理）医师数 × p_workdays 个工作日
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT NULL AS empi, w.staff_id AS record, w.org_code, getvariable('p_workdays') AS value
FROM health_worker AS w
WHERE w.post IN ('01', '02')
    AND w.valid_from < getvariable('period_until')
    AND (w.valid_to IS NULL OR w.valid_to >= getvariable('period_until'))

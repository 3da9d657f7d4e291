-- title: 门急诊医疗收入
-- definition: 门诊票据中健康检查以外的收费明细之和
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT i.empi, i.bill_id || '|' || i.line_no AS record, i.org_code, i.amount AS value
FROM bill_item AS i
JOIN bill AS b ON b.bill_id = i.bill_id AND b.org_code = i.org_code AND b.void_flag = '0'
LEFT JOIN drug AS d ON d.drug_id = i.drug_id AND d.org_code = i.org_code
WHERE i.counted_date >= getvariable('period_from')
    AND i.counted_date < getvariable('period_until')
    AND b.side = '1'
    AND i.fee_class <> '14'

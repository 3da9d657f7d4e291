-- title: 药品收入
-- definition: 西药、中成药、中草药的收费明细之和；p_narrow 为 1 时不含饮片和国谈药，p_side 为 1 时只计门诊
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT i.empi, i.bill_id || '|' || i.line_no AS record, i.org_code, i.amount AS value
FROM bill_item AS i
JOIN bill AS b ON b.bill_id = i.bill_id AND b.org_code = i.org_code AND b.void_flag = '0'
LEFT JOIN drug AS d ON d.drug_id = i.drug_id AND d.org_code = i.org_code
WHERE i.counted_date >= getvariable('period_from')
    AND i.counted_date < getvariable('period_until')
    AND i.fee_class IN ('08', '09', '10')
    AND (getvariable('p_side') = 0 OR b.side = CAST(getvariable('p_side') AS VARCHAR))
    AND (getvariable('p_narrow') = 0 OR (i.fee_class <> '10' AND coalesce(d.negotiated_flag, '0') = '0'))

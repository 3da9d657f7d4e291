-- title: 处方药品金额
-- definition: 未作废处方的药品金额之和
-- source: 国家基本药物制度：使用金额或品种占比
SELECT r.empi, l.rx_id || '|' || l.line_no AS record, r.org_code, l.amount AS value
FROM rx AS r
JOIN rx_line AS l ON l.rx_id = r.rx_id AND l.org_code = r.org_code
JOIN drug AS d ON d.drug_id = l.drug_id AND d.org_code = l.org_code
WHERE r.counted_date >= getvariable('period_from')
    AND r.counted_date < getvariable('period_until')
    AND r.void_flag = '0'

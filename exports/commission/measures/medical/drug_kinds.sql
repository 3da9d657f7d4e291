-- title: 使用的药品品种数
-- definition: 未作废处方中用到的药品品种
-- source: 国家基本药物制度：使用金额或品种占比
SELECT r.empi, l.drug_id AS record, r.org_code, 1 AS value
FROM rx AS r
JOIN rx_line AS l ON l.rx_id = r.rx_id AND l.org_code = r.org_code
JOIN drug AS d ON d.drug_id = l.drug_id AND d.org_code = l.org_code
WHERE r.counted_date >= getvariable('period_from')
    AND r.counted_date < getvariable('period_until')
    AND r.void_flag = '0'

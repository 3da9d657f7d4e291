-- title: 含抗菌药物的处方数
-- definition: 含不少于 p_least 种抗菌药物的未作废处方；p_all 为 0 时不计皮试和外用
-- source: WS/T 598.7-2018 卫生统计指标 第7部分：医疗服务
SELECT r.empi, r.rx_id AS record, r.org_code, 1 AS value
FROM rx AS r
JOIN rx_line AS l ON l.rx_id = r.rx_id AND l.org_code = r.org_code
JOIN drug AS d ON d.drug_id = l.drug_id AND d.org_code = l.org_code
WHERE r.counted_date >= getvariable('period_from')
    AND r.counted_date < getvariable('period_until')
    AND r.void_flag = '0'
    AND d.antibiotic_flag = '1'
    AND (getvariable('p_all') = 1 OR (l.skin_test_flag = '0' AND l.external_flag = '0'))
GROUP BY ALL
HAVING count(DISTINCT l.drug_id) >= getvariable('p_least')

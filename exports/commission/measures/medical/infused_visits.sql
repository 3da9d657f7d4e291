-- title: 静脉输液人次
-- definition: 处方中有静脉输液的就诊
-- source: 公开代码中的另一种做法
SELECT r.empi, r.visit_id AS record, r.org_code, 1 AS value
FROM rx AS r
WHERE r.counted_date >= getvariable('period_from')
    AND r.counted_date < getvariable('period_until')
    AND r.void_flag = '0'
    AND EXISTS (SELECT 1 FROM rx_line AS l WHERE l.rx_id = r.rx_id AND l.org_code = r.org_code AND l.infusion_flag = '1')

-- title: 处方金额与明细不符
-- why: 处方金额不等于各药品之和，多为明细漏传
-- fix: 补传或更正明细
-- level: error
-- table: rx
WITH line AS (
    SELECT org_code, rx_id, sum(amount) AS amount FROM rx_line GROUP BY ALL
)
SELECT r.org_code, r.rx_id AS key, r.empi, r.amount || '，明细 ' || coalesce(CAST(l.amount AS VARCHAR), '无') AS value
FROM rx AS r
LEFT JOIN line AS l ON l.rx_id = r.rx_id AND l.org_code = r.org_code
WHERE r.void_flag = '0' AND r.amount IS DISTINCT FROM l.amount

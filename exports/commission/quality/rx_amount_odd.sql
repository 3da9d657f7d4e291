-- title: 处方金额异常
-- why: 门诊处方金额不为正，或超过 5000 元；多为数量与单价录反
-- fix: 核对处方
-- level: hint
-- table: rx
SELECT org_code, rx_id AS key, empi, CAST(amount AS VARCHAR) AS value
FROM rx
WHERE void_flag = '0' AND (amount <= 0 OR amount > 5000)

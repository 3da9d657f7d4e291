-- title: 退费多于收费
-- why: 一次就诊累计退费超过所收，多为退费票据重复
-- fix: 核对退费单，作废重复的一张
-- level: error
-- table: bill
SELECT org_code, bill_id AS key, empi, CAST(total AS VARCHAR) AS value
FROM bill
WHERE void_flag = '0' AND visit_id IS NOT NULL
QUALIFY total < 0 AND sum(total) OVER (PARTITION BY org_code, visit_id, side ORDER BY charge_time, bill_id) < 0

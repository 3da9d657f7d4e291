-- title: 票据疑似重复
-- why: 同一次就诊在同一时刻有两张金额相同的票据，收入重复
-- fix: 核对票据存根，作废重复的一张
-- level: error
-- table: bill
SELECT org_code, bill_id AS key, empi, CAST(total AS VARCHAR) AS value
FROM bill
WHERE void_flag = '0' AND total > 0 AND visit_id IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY org_code, visit_id, side, charge_time, total ORDER BY bill_id) > 1

-- title: 同一医生一分钟内在两家机构接诊
-- why: 一个人不可能同时在两处，多为工号被他人使用
-- fix: 核实接诊人，停用外借的工号
-- level: error
-- table: op_visit
WITH ordered AS (
    SELECT *, lag(org_code) OVER own AS other_org, lag(visit_time) OVER own AS other_time
    FROM op_visit
    WHERE cancel_flag = '0' AND doctor_id IS NOT NULL
    WINDOW own AS (PARTITION BY doctor_id ORDER BY visit_time, visit_id)
)
SELECT org_code, visit_id AS key, empi, other_org AS value
FROM ordered
WHERE other_org <> org_code AND visit_time < other_time + INTERVAL 1 MINUTE

-- title: 已退号的就诊仍有收费
-- why: 退号不计人次而收入仍在，次均费用被算高
-- fix: 退费，或恢复挂号
-- level: error
-- table: op_visit
WITH paid AS (
    SELECT org_code, visit_id, sum(total) AS total FROM bill WHERE side = '1' AND void_flag = '0' GROUP BY ALL
)
SELECT v.org_code, v.visit_id AS key, v.empi, CAST(p.total AS VARCHAR) AS value
FROM op_visit AS v
JOIN paid AS p ON p.visit_id = v.visit_id AND p.org_code = v.org_code
WHERE v.cancel_flag = '1' AND p.total <> 0

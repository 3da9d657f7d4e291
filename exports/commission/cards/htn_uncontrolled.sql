-- title: 高血压未控制名单
-- purpose: 重点管理：最近一次随访血压不达标的在管患者
-- class: C
-- seconds: 5
-- param: until | date | 截止日期 | today
-- param: sbp | int | 收缩压不低于（mmHg） | 140
-- param: dbp | int | 舒张压不低于（mmHg） | 90
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 随访机构编码
-- column: org_name | 随访机构
-- column: visit_date = htn_visit.visit_date
-- column: sbp = htn_visit.sbp
-- column: dbp = htn_visit.dbp
WITH last AS (
    SELECT empi, arg_max(visit_id, (visit_date, visit_id)) AS visit_id FROM htn_visit WHERE visit_date <= $until
    GROUP BY empi
)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, v.org_code, o.name AS org_name,
    v.visit_date, v.sbp, v.dbp
FROM last JOIN htn_visit AS v ON v.visit_id = last.visit_id
JOIN standing AS s ON s.empi = v.empi AND s.live
LEFT JOIN person AS p ON p.empi = v.empi
LEFT JOIN org_node AS o ON o.code = v.org_code
WHERE v.sbp >= $sbp OR v.dbp >= $dbp
ORDER BY v.org_code, v.sbp DESC, v.empi

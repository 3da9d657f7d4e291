-- title: 失访名单
-- purpose: 核实去向：最近一次慢病随访的结果是失访
-- class: C
-- seconds: 5
-- param: until | date | 截止日期 | today
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 随访机构编码
-- column: org_name | 随访机构
-- column: kind | 病种
-- column: visit_date | 失访日期
WITH visit AS (
    SELECT '高血压' AS kind, empi, org_code, visit_date, visit_id, effect FROM htn_visit
    UNION ALL SELECT '糖尿病', empi, org_code, visit_date, visit_id, effect FROM dm_visit
    UNION ALL SELECT '慢阻肺', empi, org_code, visit_date, visit_id, effect FROM copd_visit
),
last AS (
    SELECT * FROM visit WHERE visit_date <= $until
    QUALIFY row_number() OVER (PARTITION BY kind, empi ORDER BY visit_date DESC, visit_id DESC) = 1
)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, l.org_code, o.name AS org_name, l.kind,
    l.visit_date
FROM last AS l
LEFT JOIN person AS p ON p.empi = l.empi
LEFT JOIN org_node AS o ON o.code = l.org_code
WHERE l.effect = '2'
ORDER BY l.org_code, l.kind, l.empi

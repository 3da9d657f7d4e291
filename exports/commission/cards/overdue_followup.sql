-- title: 慢病随访超期名单
-- purpose: 督促基层补访：在管患者，距上次随访已超过规定天数，或从未随访
-- class: C
-- seconds: 5
-- param: kind | choice(htn 高血压,dm 2型糖尿病,copd 慢阻肺) | 病种 | htn
-- param: until | date | 截止日期 | today
-- param: days | int | 距上次随访超过（天） | 90
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
-- column: last_visit | 上次随访
-- column: days_since | 距今天数
WITH file AS (
    SELECT empi, org_code, register_date FROM htn_file WHERE $kind = 'htn' AND (end_date IS NULL OR end_date > $until)
    UNION ALL
    SELECT empi, org_code, register_date FROM dm_file
    WHERE $kind = 'dm' AND dm_type = '2' AND (end_date IS NULL OR end_date > $until)
    UNION ALL
    SELECT empi, org_code, register_date FROM copd_file WHERE $kind = 'copd' AND (end_date IS NULL OR end_date > $until)
),
visit AS (
    SELECT empi, visit_date FROM htn_visit WHERE $kind = 'htn'
    UNION ALL SELECT empi, visit_date FROM dm_visit WHERE $kind = 'dm'
    UNION ALL SELECT empi, visit_date FROM copd_visit WHERE $kind = 'copd'
),
last AS (SELECT empi, max(visit_date) AS last_visit FROM visit WHERE visit_date <= $until GROUP BY empi),
patient AS (
    SELECT empi, any_value(org_code) AS org_code, min(register_date) AS register_date FROM file
    WHERE register_date <= $until GROUP BY empi
)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, f.org_code, o.name AS org_name,
    l.last_visit, date_diff('day', coalesce(l.last_visit, f.register_date), $until) AS days_since
FROM patient AS f
JOIN standing AS s ON s.empi = f.empi AND s.live
LEFT JOIN person AS p ON p.empi = f.empi
LEFT JOIN last AS l ON l.empi = f.empi
LEFT JOIN org_node AS o ON o.code = f.org_code
WHERE date_diff('day', coalesce(l.last_visit, f.register_date), $until) > $days
ORDER BY f.org_code, days_since DESC, f.empi

-- title: 肺结核漏服药名单
-- purpose: 督导服药：治疗中的患者，随访记有漏服，次数不少于给定值
-- class: C
-- overlay: 结核
-- seconds: 5
-- param: until | date | 截止日期 | today
-- param: missed | int | 漏服次数不少于 | 1
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
-- column: missed | 漏服次数
-- column: last_visit | 最近随访
WITH visit AS (
    SELECT empi, sum(missed_doses) AS missed, max(visit_date) AS last_visit FROM tb_visit WHERE visit_date <= $until
    GROUP BY empi
)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, c.org_code, o.name AS org_name,
    CAST(v.missed AS BIGINT) AS missed, v.last_visit
FROM tb_case AS c
JOIN visit AS v ON v.empi = c.empi
LEFT JOIN person AS p ON p.empi = c.empi
LEFT JOIN org_node AS o ON o.code = c.org_code
WHERE c.notify_date <= $until AND (c.stop_date IS NULL OR c.stop_date > $until) AND v.missed >= $missed
ORDER BY c.org_code, v.missed DESC, c.empi

-- title: 死亡未注销名单
-- purpose: 档案清理：死亡名单中有，健康档案仍为正常状态
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
-- column: archive_no = health_archive.archive_no
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
-- column: death_date = death_record.death_date
-- column: source = death_record.source
WITH died AS (
    SELECT empi, min(death_date) AS death_date, arg_min(source, death_date) AS source FROM death_record
    WHERE death_date <= $until GROUP BY empi
)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, a.archive_no, a.mana_org AS org_code,
    o.name AS org_name, d.death_date, d.source
FROM health_archive AS a
JOIN died AS d ON d.empi = a.empi
LEFT JOIN person AS p ON p.empi = a.empi
LEFT JOIN org_node AS o ON o.code = a.mana_org
WHERE a.status = '0'
ORDER BY a.mana_org, d.death_date, a.archive_no

-- title: 只签约未履约名单
-- purpose: 督促家庭医生团队履约：签约生效已满规定天数，没有任何服务记录
-- class: C
-- seconds: 5
-- param: until | date | 截止日期 | today
-- param: days | int | 生效已满（天） | 90
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 签约机构编码
-- column: org_name | 签约机构
-- column: team_name = fd_team.team_name
-- column: begin_date = fd_contract.begin_date
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, c.org_code, o.name AS org_name,
    t.team_name, c.begin_date
FROM fd_contract AS c
JOIN standing AS s ON s.empi = c.empi AND s.live
ANTI JOIN (SELECT contract_id FROM fd_service WHERE service_date <= $until) AS v ON v.contract_id = c.contract_id
LEFT JOIN person AS p ON p.empi = c.empi
LEFT JOIN fd_team AS t ON t.team_id = c.team_id
LEFT JOIN org_node AS o ON o.code = c.org_code
WHERE c.sign_flag IN ('1', '3') AND c.begin_date <= $until - CAST($days AS INTEGER) AND c.end_date > $until
    AND (c.stop_date IS NULL OR c.stop_date > $until)
ORDER BY c.org_code, c.begin_date, c.empi

-- title: 疑似重复档案
-- purpose: 核实合并：证件号相同，或没有有效证件号而姓名、出生日期、性别、手机都相同的一组人；只列出，不合并
-- class: C
-- seconds: 10
-- column: cluster | 组号
-- column: way | 依据
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
SELECT dense_rank() OVER (ORDER BY d.cluster) AS cluster, d.way, p.empi, p.name, p.id_no, p.birth, p.mobile, p.address,
    p.addr_code, p.org_code, o.name AS org_name
FROM duplicate AS d JOIN person AS p ON p.empi = d.empi
LEFT JOIN org_node AS o ON o.code = p.org_code
ORDER BY cluster, p.empi

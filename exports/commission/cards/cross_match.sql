-- title: 名单比对
-- purpose: 与公安、民政、医保、残联、乡村振兴等名单比对：每行是否建档、由谁管理、是否已死亡或注销
-- class: C
-- seconds: 10
-- param: list | file | 名单文件（CSV 或 xlsx，第一行有“身份证号”）
-- param: until | date | 截止日期 | today
-- column: line | 名单行号
-- column: matched | 比对结果
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
-- column: archive_status | 档案状态
WITH given AS (
    SELECT line, CASE length(id_no) WHEN 15 THEN left(id_no, 6) || '19' || right(id_no, 9) ELSE left(id_no, 17) END AS key,
        name FROM uploaded
),
known AS (
    SELECT *, CASE length(trim(id_no)) WHEN 15 THEN left(trim(id_no), 6) || '19' || right(trim(id_no), 9)
        ELSE left(trim(id_no), 17) END AS key
    FROM person WHERE length(trim(id_no)) IN (15, 18)
)
SELECT g.line, CASE WHEN length(g.key) <> 17 THEN '证件号位数不对' WHEN k.empi IS NULL THEN '未匹配'
        WHEN g.name <> '' AND g.name <> k.name THEN '匹配，姓名不同' ELSE '匹配' END AS matched,
    k.empi, k.name, k.id_no, k.birth, k.mobile, k.address, k.addr_code, s.managing_org AS org_code, o.name AS org_name,
    CASE WHEN s.death_date <= $until THEN '已死亡' WHEN s.live THEN '在管' WHEN s.empi IS NOT NULL THEN '已注销'
        WHEN k.empi IS NOT NULL THEN '未建档' END AS archive_status
FROM given AS g LEFT JOIN known AS k ON k.key = g.key
LEFT JOIN standing AS s ON s.empi = k.empi
LEFT JOIN org_node AS o ON o.code = s.managing_org
ORDER BY g.line, k.empi

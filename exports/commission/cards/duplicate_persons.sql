-- title: 疑似重复档案
-- purpose: 核实合并：证件号相同，或姓名、出生日期、性别、电话都相同的一组人；只列出，不合并
-- class: C
-- seconds: 10
-- column: cluster | 组号
-- column: why | 依据
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
WITH known AS (
    SELECT *, upper(trim(id_no)) AS number, regexp_replace(name, '[\s·•・.]', '', 'g') AS plain FROM person
),
keyed AS (
    SELECT empi, '证件号相同' AS why, CASE length(number) WHEN 15 THEN left(number, 6) || '19' || right(number, 9)
        ELSE left(number, 17) END AS key
    FROM known WHERE length(number) IN (15, 18)
    UNION ALL
    SELECT empi, '姓名、出生日期、性别、电话相同', concat_ws('|', plain, birth, sex, mobile) FROM known
    WHERE plain <> '' AND birth IS NOT NULL AND mobile <> ''
),
cluster AS (
    SELECT *, count(*) OVER (PARTITION BY why, key) AS persons, min(empi) OVER (PARTITION BY why, key) AS first
    FROM keyed QUALIFY persons > 1
),
once AS (SELECT empi, min(why) AS why, arg_min(first, why) AS first FROM cluster GROUP BY empi)
SELECT dense_rank() OVER (ORDER BY c.first) AS cluster, c.why, p.empi, p.name, p.id_no, p.birth, p.mobile, p.address,
    p.addr_code, p.org_code, o.name AS org_name
FROM once AS c JOIN person AS p ON p.empi = c.empi
LEFT JOIN org_node AS o ON o.code = p.org_code
ORDER BY cluster, p.empi

-- title: 身份证号异常名单
-- purpose: 更正主索引：缺失、位数或校验码不对、与登记的出生日期或性别不符
-- class: C
-- seconds: 5
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
-- column: fault | 问题
WITH judged AS (
    SELECT *, CASE
        WHEN coalesce(trim(id_no), '') = '' THEN '缺失'
        WHEN length(trim(id_no)) = 15 THEN '15位旧号'
        WHEN NOT id_card_ok(trim(id_no)) THEN '位数或校验码不对'
        WHEN id_card_birth(trim(id_no)) IS DISTINCT FROM birth THEN '与出生日期不符'
        WHEN id_card_gend(trim(id_no)) <> sex THEN '与性别不符' END AS fault
    FROM person WHERE coalesce(id_type, '01') = '01'
)
SELECT j.empi, j.name, j.id_no, j.birth, j.mobile, j.address, j.addr_code, j.org_code, o.name AS org_name, j.fault
FROM judged AS j LEFT JOIN org_node AS o ON o.code = j.org_code
WHERE j.fault IS NOT NULL
ORDER BY j.org_code, j.fault, j.empi

-- title: 临产孕妇名单
-- purpose: 安排分娩和访视：预产期在今后若干天内、尚无分娩记录
-- class: C
-- overlay: 孕产
-- seconds: 5
-- param: until | date | 截止日期 | today
-- param: days | int | 今后（天） | 30
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 建册机构编码
-- column: org_name | 建册机构
-- column: due_date | 预产期
-- column: high_risk | 最近高危评分
WITH risk AS (
    SELECT preg_id, arg_max(high_risk_score, visit_date) AS high_risk FROM prenatal_visit WHERE visit_date <= $until
    GROUP BY preg_id
)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, f.org_code, o.name AS org_name,
    f.lmp + 280 AS due_date, r.high_risk
FROM preg_file AS f
ANTI JOIN (SELECT preg_id FROM delivery WHERE delivery_date <= $until) AS d ON d.preg_id = f.preg_id
LEFT JOIN risk AS r ON r.preg_id = f.preg_id
LEFT JOIN person AS p ON p.empi = f.empi
LEFT JOIN org_node AS o ON o.code = f.org_code
WHERE f.lmp + 280 >= $until AND f.lmp + 280 <= $until + CAST($days AS INTEGER)
ORDER BY f.org_code, due_date, f.empi

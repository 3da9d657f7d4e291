-- title: 65岁及以上应检未检名单
-- purpose: 通知老年人体检：在管、未死亡，本年内没有老年人体检记录，也没有完成全民体检
-- class: C
-- seconds: 5
-- param: until | date | 截止日期 | today
-- param: age | int | 年龄不小于（岁） | 65
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 管理机构编码
-- column: org_name | 管理机构
-- column: age | 年龄
-- column: last_exam | 最近一次体检
WITH exam AS (
    SELECT empi, exam_date FROM exam_form WHERE exam_date <= $until
    UNION ALL SELECT empi, exam_date FROM exam_reg WHERE exam_date <= $until AND void_flag = '0'
),
last AS (SELECT empi, max(exam_date) AS last_exam FROM exam GROUP BY empi)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, s.managing_org AS org_code,
    o.name AS org_name, age_at(s.birth, $until) AS age, l.last_exam
FROM standing AS s
LEFT JOIN person AS p ON p.empi = s.empi
LEFT JOIN last AS l ON l.empi = s.empi
LEFT JOIN org_node AS o ON o.code = s.managing_org
WHERE s.live AND age_at(s.birth, $until) >= $age AND (l.last_exam IS NULL OR year(l.last_exam) < year($until))
ORDER BY s.managing_org, s.birth, s.empi

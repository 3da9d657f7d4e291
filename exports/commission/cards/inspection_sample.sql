-- title: 档案抽查样本
-- purpose: 现场检查：每个管理机构随机抽取若干份在管档案；同一抽样口令总抽到同样的档案
-- class: C
-- seconds: 10
-- param: number | int | 每机构份数 | 10
-- param: seed | text | 抽样口令（写入检查记录） | 1
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
-- column: create_date = health_archive.create_date
-- column: htn_visits | 本年高血压随访次数
-- column: dm_visits | 本年糖尿病随访次数
-- column: exams | 本年体检次数
WITH drawn AS (
    SELECT * FROM health_archive WHERE status = '0' AND create_date <= $until
    QUALIFY row_number() OVER (PARTITION BY mana_org ORDER BY sha256($seed || '/' || archive_no)) <= $number
)
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, a.archive_no, a.mana_org AS org_code,
    o.name AS org_name, a.create_date,
    (SELECT count(*) FROM htn_visit v WHERE v.empi = a.empi AND year(v.visit_date) = year($until)) AS htn_visits,
    (SELECT count(*) FROM dm_visit v WHERE v.empi = a.empi AND year(v.visit_date) = year($until)) AS dm_visits,
    (SELECT count(*) FROM exam_form v WHERE v.empi = a.empi AND year(v.exam_date) = year($until)) AS exams
FROM drawn AS a
LEFT JOIN person AS p ON p.empi = a.empi
LEFT JOIN org_node AS o ON o.code = a.mana_org
ORDER BY a.mana_org, a.archive_no

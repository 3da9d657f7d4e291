-- title: 机构划转移交清单
-- purpose: 村卫生室或机构划转时移交：在管居民及其专项档案、签约情况
-- class: C
-- seconds: 10
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
-- column: htn | 高血压
-- column: dm | 糖尿病
-- column: copd | 慢阻肺
-- column: signed | 签约
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, a.archive_no, s.managing_org AS org_code,
    o.name AS org_name,
    CASE WHEN s.empi IN (SELECT empi FROM htn_file WHERE status = '0') THEN '有' END AS htn,
    CASE WHEN s.empi IN (SELECT empi FROM dm_file WHERE status = '0') THEN '有' END AS dm,
    CASE WHEN s.empi IN (SELECT empi FROM copd_file WHERE status = '0') THEN '有' END AS copd,
    CASE WHEN s.empi IN (
        SELECT empi FROM fd_contract WHERE sign_flag IN ('1', '3') AND begin_date <= $until AND end_date > $until
            AND (stop_date IS NULL OR stop_date > $until)) THEN '有' END AS signed
FROM standing AS s
LEFT JOIN health_archive AS a ON a.empi = s.empi AND a.status = '0'
LEFT JOIN person AS p ON p.empi = s.empi
LEFT JOIN org_node AS o ON o.code = s.managing_org
WHERE s.live
ORDER BY s.managing_org, a.archive_no, s.empi

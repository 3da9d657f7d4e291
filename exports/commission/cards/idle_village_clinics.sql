-- title: 村卫生室服务量偏低
-- purpose: 核实村医在岗：期间内门诊、公卫随访、两卡制服务合计为零或偏低的村卫生室
-- class: A
-- seconds: 10
-- param: period | period | 期间
-- param: most | int | 服务量不多于 | 10
-- column: org_code | 机构编码
-- column: org_name | 村卫生室
-- column: parent_name | 所属卫生院
-- column: visits | 门诊人次 | 人数
-- column: follow_ups | 随访次数 | 人数
-- column: services | 两卡制服务次数 | 人数
WITH work AS (
    SELECT org_code, count(*) AS visits, 0 AS follow_ups, 0 AS services FROM op_visit
    WHERE cancel_flag = '0' AND CAST(visit_time AS DATE) >= $period_from AND CAST(visit_time AS DATE) < $period_until
    GROUP BY org_code
    UNION ALL
    SELECT org_code, 0, count(*), 0 FROM (
        SELECT org_code, visit_date FROM htn_visit UNION ALL SELECT org_code, visit_date FROM dm_visit
        UNION ALL SELECT org_code, visit_date FROM copd_visit)
    WHERE visit_date >= $period_from AND visit_date < $period_until GROUP BY org_code
    UNION ALL
    SELECT org_code, 0, 0, count(*) FROM svc_event
    WHERE CAST(start_time AS DATE) >= $period_from AND CAST(start_time AS DATE) < $period_until GROUP BY org_code
)
SELECT n.code AS org_code, n.name AS org_name, p.name AS parent_name, CAST(coalesce(sum(visits), 0) AS BIGINT) AS visits,
    CAST(coalesce(sum(follow_ups), 0) AS BIGINT) AS follow_ups, CAST(coalesce(sum(services), 0) AS BIGINT) AS services
FROM org_node AS n SEMI JOIN scope_org ON scope_org.code = n.code
LEFT JOIN org_node AS p ON p.code = n.parent
LEFT JOIN work AS w ON w.org_code = n.code
WHERE n.level = 'village'
GROUP BY n.code, n.name, p.name
HAVING coalesce(sum(visits + follow_ups + services), 0) <= $most
ORDER BY coalesce(sum(visits + follow_ups + services), 0), n.code

-- title: 乡镇排名与进度
-- purpose: 通报：各乡镇完成率从高到低，与时序进度（月份/12）比较
-- class: A
-- seconds: 10
-- param: item | choice(elder 65岁及以上体检,htn 高血压规范随访（4次）,sign 签约服务) | 项目 | elder
-- param: until | date | 截止日期 | today
-- column: org_code | 机构编码
-- column: org_name | 机构
-- column: done | 已完成 | 人数
-- column: due | 应完成 | 人数
-- column: done_rate | 完成率（%） | 率 done/due
-- column: pace | 时序进度（%）
WITH due AS (
    SELECT empi, managing_org FROM standing WHERE $item = 'elder' AND live AND age_at(birth, $until) >= 65
    UNION ALL
    SELECT s.empi, s.managing_org FROM standing AS s SEMI JOIN htn_file AS f ON f.empi = s.empi
    WHERE $item = 'htn' AND s.live
    UNION ALL
    SELECT empi, managing_org FROM standing WHERE $item = 'sign' AND live
),
done AS (
    SELECT empi FROM exam_form WHERE $item = 'elder' AND year(exam_date) = year($until) AND exam_date <= $until
    UNION
    SELECT empi FROM exam_reg
    WHERE $item = 'elder' AND void_flag = '0' AND year(exam_date) = year($until) AND exam_date <= $until
    UNION
    SELECT empi FROM htn_visit WHERE $item = 'htn' AND year(visit_date) = year($until) AND visit_date <= $until
    GROUP BY empi HAVING count(*) * 12 >= 4 * month($until)
    UNION
    SELECT empi FROM fd_contract WHERE $item = 'sign' AND sign_flag IN ('1', '3') AND begin_date <= $until
        AND end_date > $until AND (stop_date IS NULL OR stop_date > $until)
),
town AS (
    SELECT c.descendant, n.code, n.name FROM org_closure AS c JOIN org_node AS n ON n.code = c.ancestor
    SEMI JOIN scope_org ON scope_org.code = n.code WHERE n.level = 'township'
)
SELECT t.code AS org_code, t.name AS org_name, count(DISTINCT d.empi) FILTER (d.empi IN (SELECT empi FROM done)) AS done,
    count(DISTINCT d.empi) AS due, CAST(month($until) * 100.0 / 12 AS DECIMAL(5, 2)) AS pace
FROM town AS t JOIN due AS d ON d.managing_org = t.descendant
GROUP BY t.code, t.name
ORDER BY done / nullif(due, 0) DESC, org_code

-- title: 国报表与平台对账
-- purpose: 报表核对：同一期末，已报的在管档案、签约、慢病在管数与平台算出的数逐机构比较
-- class: A
-- seconds: 10
-- param: period | period | 期间（到其最后一个月）
-- param: item | choice(archive 健康档案在管人数,htn 高血压在管人数,dm 糖尿病在管人数) | 项目 | archive
-- param: cell | text | 国报表中的指标（与已报数中的写法一致，如 GW01） | GW02
-- column: org_code | 机构编码
-- column: org_name | 机构
-- column: reported | 已报数
-- column: adjusted | 调整数
-- column: platform | 平台数
-- column: difference | 相差
WITH told AS (
    SELECT org_code, max(value) AS reported, max(adjusted_value) AS adjusted FROM national_report
    WHERE cell = $cell AND of_month = CAST($period_until - INTERVAL 1 MONTH AS DATE) GROUP BY org_code
),
platform AS (
    SELECT c.ancestor AS org_code, count(DISTINCT s.empi) AS platform
    FROM standing AS s JOIN org_closure AS c ON c.descendant = s.managing_org
    WHERE s.live AND ($item = 'archive'
        OR ($item = 'htn' AND s.empi IN (SELECT empi FROM htn_file WHERE end_date IS NULL OR end_date >= $period_until))
        OR ($item = 'dm' AND s.empi IN (SELECT empi FROM dm_file WHERE end_date IS NULL OR end_date >= $period_until)))
    GROUP BY c.ancestor
)
SELECT o.code AS org_code, o.name AS org_name, t.reported, t.adjusted, coalesce(p.platform, 0) AS platform,
    coalesce(p.platform, 0) - coalesce(t.adjusted, t.reported) AS difference
FROM org_node AS o SEMI JOIN scope_org ON scope_org.code = o.code
JOIN told AS t ON t.org_code = o.code
LEFT JOIN platform AS p ON p.org_code = o.code
ORDER BY abs(coalesce(p.platform, 0) - coalesce(t.adjusted, t.reported)) DESC, o.code

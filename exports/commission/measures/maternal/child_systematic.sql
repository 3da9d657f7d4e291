-- title: 系统管理的儿童
-- definition: 期末未满 p_age 岁，期内有健康检查，且年内满月龄后 30 天期满的各次检查都已做
-- source: 国家基本公共卫生服务规范（第三版）：0～6岁儿童健康管理；宽限 30 天待客户确认
WITH stage (months) AS (VALUES (1), (3), (6), (8), (12), (18), (24), (30), (36), (48), (60), (72)),
checked AS (SELECT empi, org_code, visit_date, TRY_CAST(stage AS INTEGER) AS months FROM child_checkup),
child AS (
    SELECT s.empi, s.birth, min_by(v.org_code, v.visit_date) AS org_code
    FROM standing AS s
    JOIN checked AS v ON v.empi = s.empi
    WHERE v.visit_date >= getvariable('period_from') AND v.visit_date < getvariable('period_until')
        AND age_at(s.birth, getvariable('period_until') - 1) < getvariable('p_age')
    GROUP BY ALL
),
due AS (
    SELECT c.empi, g.months FROM child AS c CROSS JOIN stage AS g
    WHERE c.birth + to_months(g.months) + INTERVAL 30 DAY >= getvariable('year_from')
        AND c.birth + to_months(g.months) + INTERVAL 30 DAY < getvariable('period_until')
)
SELECT c.empi, c.empi AS record, c.org_code, 1 AS value
FROM child AS c
WHERE NOT EXISTS (
    SELECT 1 FROM due AS d
    WHERE d.empi = c.empi AND NOT EXISTS (
        SELECT 1 FROM checked AS v
        WHERE v.empi = d.empi AND v.months = d.months AND v.visit_date < getvariable('period_until')
    )
)

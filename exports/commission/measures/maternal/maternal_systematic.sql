-- title: 系统管理的产妇
-- definition: 期内分娩，孕 p_weeks 周前建册并产检，产检不少于 p_visits 次，期末前、出院后有产后访视
-- source: 国家基本公共卫生服务规范（第三版）：孕产妇健康管理
SELECT d.empi, d.delivery_id AS record, d.org_code, 1 AS value
FROM delivery AS d
JOIN preg_file AS f ON f.preg_id = d.preg_id
WHERE d.counted_date >= getvariable('period_from') AND d.counted_date < getvariable('period_until')
    AND f.book_week < getvariable('p_weeks')
    AND f.first_prenatal_date < f.lmp + CAST(getvariable('p_weeks') * 7 AS INTEGER)
    AND (
        SELECT count(DISTINCT v.visit_date) FROM prenatal_visit AS v
        WHERE v.preg_id = d.preg_id AND v.visit_date <= d.delivery_date
    ) >= getvariable('p_visits')
    AND EXISTS (
        SELECT 1 FROM postnatal_visit AS v
        WHERE v.preg_id = d.preg_id AND v.kind = '1' AND v.visit_date < getvariable('period_until')
            AND v.visit_date >= d.discharge_date
    )

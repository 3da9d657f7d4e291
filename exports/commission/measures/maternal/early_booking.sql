-- title: 早孕建册的产妇
-- definition: 期内分娩，孕 p_weeks 周前建册并做第一次产检
-- source: 国家基本公共卫生服务规范（第三版）：孕产妇健康管理
SELECT d.empi, d.delivery_id AS record, d.org_code, 1 AS value
FROM delivery AS d
JOIN preg_file AS f ON f.preg_id = d.preg_id
WHERE d.counted_date >= getvariable('period_from') AND d.counted_date < getvariable('period_until')
    AND f.book_week < getvariable('p_weeks')
    AND f.first_prenatal_date < f.lmp + CAST(getvariable('p_weeks') * 7 AS INTEGER)

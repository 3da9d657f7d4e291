-- title: 检验件次
-- definition: 期内检验件次
-- source: 检验、影像、心电系统
SELECT t.empi, t.report_no AS record, t.org_code, 1 AS value
FROM lis_result AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')

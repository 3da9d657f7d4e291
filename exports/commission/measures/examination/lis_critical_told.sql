-- title: 已通报的危急值
-- definition: 期内已通报的危急值
-- source: 检验、影像、心电系统
SELECT t.empi, t.report_no || '|' || t.item_code AS record, t.org_code, 1 AS value
FROM lis_result AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')
    AND t.critical_flag = '1'
    AND t.critical_reported = '1'

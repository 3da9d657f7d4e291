-- title: 心电件次
-- definition: 期内心电件次
-- source: 检验、影像、心电系统
SELECT t.empi, t.check_no AS record, t.org_code, 1 AS value
FROM ecg_report AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')

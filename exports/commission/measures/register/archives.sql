-- title: 健康档案
-- definition: 截止日前建立的健康档案；同一人经合并的多份档案，按人数只计一次
-- source: 公开的厂商手册（建档数与管理数之分）
SELECT a.empi, a.archive_no AS record, a.org_code, 1 AS value
FROM health_archive AS a
WHERE a.create_date < getvariable('period_until')

-- title: 抽查的健康档案
-- definition: 期内抽查的健康档案份数
-- source: 公开的厂商手册（抽查口径）
SELECT a.empi, a.audit_id AS record, a.org_code, 1 AS value
FROM archive_audit AS a
WHERE a.counted_date >= getvariable('period_from') AND a.counted_date < getvariable('period_until')

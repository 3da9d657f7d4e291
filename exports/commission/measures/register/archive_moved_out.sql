-- title: 迁出的健康档案
-- definition: 期内确认从本机构迁出的健康档案；只申请未确认的不计
-- source: 公开的厂商手册（档案迁移）
SELECT a.empi, a.move_id AS record, a.src_org AS org_code, 1 AS value
FROM archive_move AS a
WHERE a.counted_date >= getvariable('period_from') AND a.counted_date < getvariable('period_until')

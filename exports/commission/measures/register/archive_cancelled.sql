-- title: 注销的健康档案
-- definition: 期内注销的健康档案份数；参数 reason 为注销原因代码，0 表示全部
-- source: 公开的厂商手册（注销原因）
SELECT a.empi, a.archive_no AS record, a.org_code, 1 AS value
FROM health_archive AS a
WHERE a.status = '1'
    AND a.cancel_date >= getvariable('period_from') AND a.cancel_date < getvariable('period_until')
    AND (getvariable('p_reason') = 0 OR a.cancel_reason = CAST(getvariable('p_reason') AS VARCHAR))

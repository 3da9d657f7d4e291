-- title: 合并的重复档案
-- definition: 期内作为重复档案并入他档的主索引数
-- source: 档案合并登记
SELECT a.empi, a.merged_empi AS record, a.org_code, 1 AS value
FROM archive_merge AS a
WHERE a.merged_at >= getvariable('period_from') AND a.merged_at < getvariable('period_until')

-- title: 年内已管理的2型糖尿病患者
-- definition: 有专档，且年内至少随访到一次（失访不算）
-- source: 国家基本公共卫生服务规范（第三版）
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM dm_visit AS v
WHERE v.effect <> '2'
    AND v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM dm_file AS f WHERE f.empi = v.empi AND f.register_date < getvariable('period_until') AND coalesce(f.end_date >= getvariable('year_from'), true) AND f.dm_type = '2')
GROUP BY v.empi

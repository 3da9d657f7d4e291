-- title: 合理用药提示次数
-- definition: 期内提示
-- source: 处方管理办法；合理用药系统
SELECT NULL AS empi, t.hit_id AS record, t.org_code, 1 AS value
FROM rational_hit AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')

-- title: 在家居住且已管理的患者
-- definition: 在册、在家居住，年内至少随访到一次
-- source: 国家基本公共卫生服务规范（第三版）：严重精神障碍患者管理
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM smd_visit AS v
WHERE v.effect <> '2'
    AND v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND EXISTS (
        SELECT 1 FROM smd_file AS f
        WHERE f.empi = v.empi AND f.register_date < getvariable('period_until')
            AND coalesce(f.end_date >= getvariable('period_until'), true) AND f.home_flag = '1'
    )
GROUP BY v.empi

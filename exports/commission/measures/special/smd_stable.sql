-- title: 病情稳定的患者
-- definition: 在册，年内最近一次随访分类为稳定；失访不算
-- source: 国家基本公共卫生服务规范（第三版）：严重精神障碍患者管理
WITH last_visit AS (
    SELECT v.* FROM smd_visit AS v
    WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')
    QUALIFY row_number() OVER (PARTITION BY v.empi ORDER BY v.visit_date DESC, v.created_at DESC, v.visit_id DESC) = 1
)
SELECT v.empi, v.empi AS record, v.org_code, 1 AS value
FROM last_visit AS v
WHERE v.visit_class = '3' AND v.effect <> '2'
    AND EXISTS (
        SELECT 1 FROM smd_file AS f
        WHERE f.empi = v.empi AND f.register_date < getvariable('period_until')
            AND coalesce(f.end_date >= getvariable('period_until'), true)
    )

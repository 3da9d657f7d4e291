-- title: 血压达标的高血压患者
-- definition: 年内最近一次随访达标：<140/90 mmHg，65岁及以上收缩压 <150；失访不算达标
-- source: 国家基本公共卫生服务规范（第三版）；失访的处理待客户确认
WITH last_visit AS (
    SELECT v.* FROM htn_visit AS v
    WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')
    QUALIFY row_number() OVER (PARTITION BY v.empi ORDER BY v.visit_date DESC, v.created_at DESC, v.visit_id DESC) = 1
)
SELECT v.empi, v.empi AS record, v.org_code, 1 AS value
FROM last_visit AS v
JOIN standing AS s ON s.empi = v.empi
WHERE v.effect <> '2'
    AND v.sbp < CASE WHEN age_at(s.birth, v.visit_date) >= 65 THEN 150 ELSE 140 END
    AND v.dbp < 90
    AND EXISTS (
        SELECT 1 FROM htn_file AS f
        WHERE f.empi = v.empi AND f.register_date < getvariable('period_until')
            AND coalesce(f.end_date >= getvariable('year_from'), true)
    )

-- title: 血糖达标的2型糖尿病患者
-- definition: 年内最近一次随访达标：空腹 <7.0 mmol/L，其他检测 <10.0（待客户确认）；mg/dl 先除以 18；p_fasting 为 1 只看空腹，p_face 为 1 只看面访；失访不算达标
-- source: 国家基本公共卫生服务规范（第三版）；国报表现行格式的四种变体
WITH last_visit AS (
    SELECT v.*
    FROM dm_visit AS v
    WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')
        AND (v.effect = '2' OR (
            (getvariable('p_fasting') = 0 OR v.test_method = '1')
            AND (getvariable('p_face') = 0 OR v.way NOT IN ('3', '4'))
        ))
    QUALIFY row_number() OVER (PARTITION BY v.empi ORDER BY v.visit_date DESC, v.created_at DESC, v.visit_id DESC) = 1
)
SELECT v.empi, v.empi AS record, v.org_code, 1 AS value
FROM last_visit AS v
WHERE v.effect <> '2'
    AND v.glucose < CASE v.test_method WHEN '1' THEN 7.0 ELSE 10.0 END * CASE v.unit WHEN 'mg/dl' THEN 18 ELSE 1 END
    AND EXISTS (
        SELECT 1 FROM dm_file AS f
        WHERE f.empi = v.empi AND f.dm_type = '2' AND f.register_date < getvariable('period_until')
            AND coalesce(f.end_date >= getvariable('year_from'), true)
    )

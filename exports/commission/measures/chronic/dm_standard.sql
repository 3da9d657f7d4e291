-- title: 年内按规范管理的2型糖尿病患者
-- definition: 年内随访不少于规定次数（p_visits；p_face 为 1 时只计面对面），p_exam 为 1 时另须有年内健康体检
-- source: 国家基本公共卫生服务规范（第三版）
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.visit_date) AS org_code, 1 AS value
FROM dm_visit AS v
WHERE v.effect <> '2'
    AND (getvariable('p_face') = 0 OR v.way NOT IN ('3', '4'))
    AND v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM dm_file AS f WHERE f.empi = v.empi AND f.register_date < getvariable('period_until') AND coalesce(f.end_date >= getvariable('year_from'), true) AND f.dm_type = '2')
    AND (getvariable('p_exam') = 0 OR EXISTS (
        SELECT 1 FROM exam_form AS e
        WHERE e.empi = v.empi
            AND e.counted_date >= getvariable('period_from')
            AND e.counted_date < getvariable('period_until')
    ))
GROUP BY v.empi
HAVING count(DISTINCT v.visit_id) >= getvariable('p_visits')

-- title: 规范健康管理的老年人
-- definition: 接受健康管理，且体检必查项目完整、完成生活自理能力评估
-- source: 国家基本公共卫生服务规范（第三版）
SELECT e.empi, e.empi AS record, min_by(e.org_code, e.exam_date) AS org_code, 1 AS value
FROM exam_form AS e
JOIN standing AS s ON s.empi = e.empi
WHERE e.counted_date >= getvariable('period_from')
    AND e.counted_date < getvariable('period_until')
    AND e.guidance_flag = '1' AND e.complete_flag = '1' AND e.adl_score IS NOT NULL
    AND year(getvariable('period_until') - INTERVAL 1 DAY) - year(s.birth) >= getvariable('p_age')
GROUP BY e.empi

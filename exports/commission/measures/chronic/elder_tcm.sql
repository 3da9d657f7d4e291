-- title: 接受中医药健康管理的老年人
-- definition: 当年满 p_age 岁，年内完成体质辨识并得到中医药保健指导
-- source: 国家基本公共卫生服务规范（第三版）：中医药健康管理
SELECT t.empi, t.empi AS record, min_by(t.org_code, t.service_date) AS org_code, 1 AS value
FROM tcm_elder AS t
JOIN standing AS s ON s.empi = t.empi
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')
    AND t.guidance_flag = '1'
    AND year(getvariable('period_until') - INTERVAL 1 DAY) - year(s.birth) >= getvariable('p_age')
GROUP BY t.empi

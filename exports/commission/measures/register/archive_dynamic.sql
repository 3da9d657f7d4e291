-- title: 有动态记录的健康档案
-- definition: 截止日前十二个月内有随访或健康体检记录的人；参数 electronic = 1 时只计有电子健康档案的人
-- source: 公开的两卡制绩效系统代码；动态记录的范围待客户确认
WITH served AS (
    SELECT empi, counted_date FROM exam_form
    UNION ALL
    SELECT empi, counted_date FROM htn_visit
    UNION ALL
    SELECT empi, counted_date FROM dm_visit
    UNION ALL
    SELECT empi, counted_date FROM copd_visit
    UNION ALL
    SELECT empi, counted_date FROM smd_visit
    UNION ALL
    SELECT empi, counted_date FROM tb_visit
)
SELECT DISTINCT a.empi, a.empi AS record, s.managing_org AS org_code, 1 AS value
FROM health_archive AS a
JOIN standing AS s ON s.empi = a.empi
WHERE a.create_date < getvariable('period_until')
    AND (getvariable('p_electronic') = 0 OR a.electronic_flag = '1')
    AND a.empi IN (
        SELECT empi
        FROM served
        WHERE counted_date >= getvariable('period_until') - INTERVAL 12 MONTH
            AND counted_date < getvariable('period_until')
    )

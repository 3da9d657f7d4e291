-- title: 新发现后纳入管理的人数
-- definition: 新发现异常，且 p_days 天内进入人群 p_group
-- source: 全民健康体检表；公式待卫健委签认
SELECT i.empi, i.exam_no || '|' || i.item_code AS record, i.org_code, 1 AS value
FROM exam_item AS i
WHERE i.item_code = lpad(CAST(getvariable('p_item') AS VARCHAR), 2, '0')
    AND i.counted_date >= getvariable('period_from')
    AND i.counted_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM exam_reg AS e WHERE e.exam_no = i.exam_no AND e.void_flag = '0')
    AND i.result IN ('1', '2', '3')
    AND i.refused_flag = '0'
    AND NOT EXISTS (
        SELECT 1 FROM person_group AS g
        WHERE g.empi = i.empi AND g.group_code = lpad(CAST(getvariable('p_group') AS VARCHAR), 2, '0')
            AND g.begin_date <= i.item_date
    )
    AND EXISTS (
        SELECT 1 FROM person_group AS g
        WHERE g.empi = i.empi AND g.group_code = lpad(CAST(getvariable('p_group') AS VARCHAR), 2, '0')
            AND g.begin_date > i.item_date
            AND g.begin_date <= i.item_date + CAST(getvariable('p_days') AS INTEGER)
            AND g.begin_date < getvariable('period_until')
    )

-- title: 新发现异常的人数
-- definition: 项目 p_item 异常，检查时不在人群 p_group（02 高血压、03 糖尿病）中
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

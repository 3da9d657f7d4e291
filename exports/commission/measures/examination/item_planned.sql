-- title: 应做某项目的人数
-- definition: 套餐中有项目 p_item 的受检者
-- source: 全民健康体检表；公式待卫健委签认
SELECT i.empi, i.exam_no || '|' || i.item_code AS record, i.org_code, 1 AS value
FROM exam_item AS i
WHERE i.item_code = lpad(CAST(getvariable('p_item') AS VARCHAR), 2, '0')
    AND i.counted_date >= getvariable('period_from')
    AND i.counted_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM exam_reg AS e WHERE e.exam_no = i.exam_no AND e.void_flag = '0')

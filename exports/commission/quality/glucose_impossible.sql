-- title: 血糖没有单位或值不可能
-- why: 血糖应在 1–40 mmol/L（18–720 mg/dl）之间；没有单位的不知道是哪一种，不会计为达标
-- fix: 按仪器打印条更正数值与单位
-- level: error
-- table: dm_visit
SELECT org_code, visit_id AS key, empi, glucose || ' ' || coalesce(unit, '无单位') AS value
FROM dm_visit
WHERE glucose IS NOT NULL
    AND (unit IS NULL OR glucose NOT BETWEEN 1 * CASE unit WHEN 'mg/dl' THEN 18 ELSE 1 END
        AND 40 * CASE unit WHEN 'mg/dl' THEN 18 ELSE 1 END)

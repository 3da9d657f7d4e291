-- title: 写死的人口数
-- definition: 每个乡镇卫生院按 p_people 人
-- source: 公开代码中的另一种做法，只为核对他人数字
SELECT NULL AS empi, o.org_code AS record, o.org_code, CAST(getvariable('p_people') AS BIGINT) AS value
FROM organisation AS o
WHERE o.level = 'township' AND o.valid_from < getvariable('period_until')
    AND coalesce(o.valid_to >= getvariable('period_until'), true)

-- title: 某类人群
-- definition: 期末属于 p_group 类人群
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT g.empi, g.empi AS record, g.org_code, 1 AS value
FROM person_group AS g
WHERE TRY_CAST(g.group_code AS INTEGER) = getvariable('p_group')
    AND g.begin_date < getvariable('period_until') AND coalesce(g.end_date >= getvariable('period_until'), true)

-- title: 健康教育参加人数
-- definition: 期内活动参加人数之和；p_form 为形式，p_tcm 为 1 时只计含中医药内容的
-- source: 国家基本公共卫生服务规范（第三版）：健康教育
SELECT NULL AS empi, e.event_id AS record, e.org_code, coalesce(e.people, 0) AS value
FROM edu_event AS e
WHERE e.counted_date >= getvariable('period_from') AND e.counted_date < getvariable('period_until')
    AND TRY_CAST(e.form AS INTEGER) = getvariable('p_form')
    AND (getvariable('p_tcm') = 0 OR e.tcm_flag = '1')

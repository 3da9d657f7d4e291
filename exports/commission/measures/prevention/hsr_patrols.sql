-- title: 监督协管巡查次数
-- definition: 期内巡查记录数
-- source: 国家基本公共卫生服务规范（第三版）：卫生监督协管
SELECT NULL AS empi, e.event_id AS record, e.org_code, 1 AS value
FROM hsr_event AS e
WHERE e.counted_date >= getvariable('period_from') AND e.counted_date < getvariable('period_until')
    AND e.patrol_flag = '1'

-- title: 监督协管报告的事件
-- definition: 期内发现、期末前已报告的事件或线索次数
-- source: 国家基本公共卫生服务规范（第三版）：卫生监督协管
-- months: no
SELECT NULL AS empi, e.event_id AS record, e.org_code, 1 AS value
FROM hsr_event AS e
WHERE e.counted_date >= getvariable('period_from') AND e.counted_date < getvariable('period_until')
    AND e.patrol_flag = '0' AND e.report_date < getvariable('period_until')

-- title: 及时报告的突发公共卫生事件
-- definition: 期内发现，期末前已及时报告
-- source: 国家基本公共卫生服务规范（第三版）：传染病及突发公共卫生事件报告和处理
-- months: no
SELECT NULL AS empi, e.event_id AS record, e.org_code, 1 AS value
FROM phe_event AS e
WHERE e.counted_date >= getvariable('period_from') AND e.counted_date < getvariable('period_until')
    AND e.timely_flag = '1' AND e.report_time < getvariable('period_until')

-- title: 及时报告的传染病病例
-- definition: 期内诊断，期末前已报告；甲类及按甲类管理的在 2 小时内，其他在 24 小时内
-- source: 国家基本公共卫生服务规范（第三版）：传染病及突发公共卫生事件报告和处理
-- months: no
SELECT r.empi, r.report_id AS record, r.org_code, 1 AS value
FROM idr_report AS r
WHERE r.counted_date >= getvariable('period_from') AND r.counted_date < getvariable('period_until')
    AND r.report_time < getvariable('period_until')
    AND r.report_time - r.diagnose_time <= CASE r.two_hour_flag WHEN '1' THEN INTERVAL 2 HOUR ELSE INTERVAL 24 HOUR END

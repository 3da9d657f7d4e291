-- title: 及时报告的传染病病例（按录入时间）
-- definition: 期内诊断，期末前已报告；录入时间减诊断时间在 2 小时（甲类）或 24 小时内
-- source: 公开代码中的另一种做法
-- months: no
SELECT r.empi, r.report_id AS record, r.org_code, 1 AS value
FROM idr_report AS r
WHERE r.counted_date >= getvariable('period_from') AND r.counted_date < getvariable('period_until')
    AND r.report_time < getvariable('period_until')
    AND r.created_at - r.diagnose_time <= CASE r.two_hour_flag WHEN '1' THEN INTERVAL 2 HOUR ELSE INTERVAL 24 HOUR END

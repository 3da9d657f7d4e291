-- title: 传染病报告早于诊断
-- why: 时间颠倒，及时率被算高
-- fix: 核对报告卡的诊断时间与报告时间
-- level: error
-- table: idr_report
SELECT r.org_code, r.report_id AS key, r.empi, strftime(r.report_time, '%Y-%m-%d %H:%M') AS value
FROM idr_report AS r
WHERE r.report_time < r.diagnose_time

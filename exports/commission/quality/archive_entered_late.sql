-- title: 建档后逾期录入
-- why: 建档 30 日以后才录入，会改变已经报出的月份
-- fix: 核实建档日期；确属补录的报表中列为本期补录
-- level: hint
-- table: health_archive
SELECT a.org_code, a.archive_no AS key, a.empi, CAST(CAST(a.created_at AS DATE) - a.create_date AS VARCHAR) || ' 日' AS value
FROM health_archive AS a
WHERE CAST(a.created_at AS DATE) - a.create_date > 30

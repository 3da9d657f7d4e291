-- title: 建档日期晚于录入日期
-- why: 录入时还没有发生，日期写错
-- fix: 更正建档日期
-- level: error
-- table: health_archive
SELECT a.org_code, a.archive_no AS key, a.empi, CAST(a.create_date AS VARCHAR) AS value
FROM health_archive AS a
WHERE a.create_date > CAST(a.created_at AS DATE)

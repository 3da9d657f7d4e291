-- title: 出生日期不可能
-- why: 出生晚于建档，或年龄超过 120 岁
-- fix: 更正出生日期或建档日期
-- level: error
-- table: health_archive
SELECT a.org_code, a.archive_no AS key, a.empi, CAST(s.birth AS VARCHAR) AS value
FROM health_archive AS a
JOIN standing AS s ON s.empi = a.empi
WHERE s.birth > a.create_date OR age_at(s.birth, CAST(getvariable('period_until') AS DATE)) > 120

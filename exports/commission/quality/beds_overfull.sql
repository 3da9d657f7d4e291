-- title: 占用床位多于开放床位
-- why: 加床未计入开放床位，病床使用率超过 100%
-- fix: 核对加床，补计开放床位
-- level: hint
-- table: bed_day
SELECT org_code, dept_code || '|' || day AS key, CAST(NULL AS VARCHAR) AS empi, occupied_beds || '/' || open_beds AS value
FROM bed_day
WHERE occupied_beds > open_beds

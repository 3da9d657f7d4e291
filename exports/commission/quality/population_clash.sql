-- title: 人口基数的版本矛盾
-- why: 较新的版本与前一版本相差两成以上，或截至日期反而更早
-- fix: 核对来源，以正确的数再录一个版本
-- level: error
-- table: base_population
WITH version AS (
    SELECT *,
        lag(value) OVER own AS before,
        lag(as_of) OVER own AS before_day
    FROM base_population
    WINDOW own AS (PARTITION BY org_code, item, year, covers ORDER BY version)
)
SELECT org_code, item || '|' || year AS key, CAST(NULL AS VARCHAR) AS empi, before || ' → ' || value AS value
FROM version
WHERE before IS NOT NULL AND (as_of < before_day OR abs(value - before) * 5 > before)

-- title: 应检名单上重复
-- why: 同一人同一年在名单上两次；应检人数按人计，按行计会多
-- fix: 保留居住地机构的一行
-- level: error
-- table: exam_roster
SELECT org_code, empi || '|' || year AS key, empi, CAST(year AS VARCHAR) AS value
FROM exam_roster
QUALIFY row_number() OVER (PARTITION BY empi, year ORDER BY created_at, org_code) > 1

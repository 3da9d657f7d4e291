-- title: 专档状态与结案日期矛盾
-- why: 状态为结案却没有日期的仍会计为在管，有日期而状态在管的不再计
-- fix: 补录结案日期与原因，或恢复为在管
-- level: error
-- table: htn_file
WITH file AS (
    SELECT org_code, file_id AS key, empi, status, end_date FROM htn_file
    UNION ALL
    SELECT org_code, file_id AS key, empi, status, end_date FROM dm_file
    UNION ALL
    SELECT org_code, file_id AS key, empi, status, end_date FROM copd_file
    UNION ALL
    SELECT org_code, file_id AS key, empi, status, end_date FROM smd_file
)
SELECT org_code, key, empi, coalesce(CAST(end_date AS VARCHAR), '无日期') AS value
FROM file
WHERE (status = '1') <> (end_date IS NOT NULL)

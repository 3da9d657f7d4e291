-- title: 注销状态与注销信息矛盾
-- why: 状态正常却有注销日期或原因（多为迁出未注销，仍会计入在管），或已注销却没有日期或原因
-- fix: 补全注销日期与原因，或恢复为正常档案
-- level: error
-- table: health_archive
SELECT a.org_code, a.archive_no AS key, a.empi, coalesce(CAST(a.cancel_date AS VARCHAR), '无日期') AS value
FROM health_archive AS a
WHERE (a.status = '0' AND (a.cancel_date IS NOT NULL OR a.cancel_reason IS NOT NULL))
    OR (a.status = '1' AND (a.cancel_date IS NULL OR a.cancel_reason IS NULL))

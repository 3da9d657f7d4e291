-- title: 迁移后管辖机构未改
-- why: 已确认迁出的档案仍挂在原机构；指标按迁移记录归属
-- fix: 把管辖机构改为迁入机构
-- level: error
-- table: health_archive
WITH last AS (
    SELECT archive_no, arg_max(dst_org, confirm_date) AS home
    FROM archive_move
    WHERE confirm_date IS NOT NULL
    GROUP BY archive_no
)
SELECT a.org_code, a.archive_no AS key, a.empi, l.home AS value
FROM health_archive AS a
JOIN last AS l ON l.archive_no = a.archive_no
WHERE a.mana_org <> l.home

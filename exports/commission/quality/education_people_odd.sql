-- title: 健康教育参加人数不合理
-- why: 人数为负、讲座或咨询无人参加、或单次超过 2000 人
-- fix: 核对签到表
-- level: error
-- table: edu_event
SELECT e.org_code, e.event_id AS key, NULL AS empi, CAST(e.people AS VARCHAR) AS value
FROM edu_event AS e
WHERE e.people < 0 OR e.people > 2000 OR (e.form IN ('4', '5') AND coalesce(e.people, 0) = 0)

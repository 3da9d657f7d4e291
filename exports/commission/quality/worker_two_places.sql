-- title: 同一人员一分钟内在两地服务
-- why: 一个人不可能同时在两处，多为代刷卡
-- fix: 核实服务人员，扣除不实的工分
-- level: error
-- table: svc_event
WITH ordered AS (
    SELECT *, lag(org_code) OVER own AS other_org, lag(start_time) OVER own AS other_time
    FROM svc_event
    WHERE upload_status = '0'
    WINDOW own AS (PARTITION BY staff_id ORDER BY start_time, event_id)
)
SELECT org_code, event_id AS key, empi, other_org AS value
FROM ordered
WHERE other_org <> org_code AND start_time < other_time + INTERVAL 1 MINUTE

-- title: 两卡制服务时间不合理
-- why: 结束早于开始，或一次服务超过 4 小时
-- fix: 校准终端时钟，更正时间
-- level: error
-- table: svc_event
SELECT org_code, event_id AS key, empi, strftime(start_time, '%Y-%m-%d %H:%M') AS value
FROM svc_event
WHERE end_time < start_time OR end_time > start_time + INTERVAL 4 HOUR

-- title: 两卡制服务重复上传
-- why: 同一人员对同一居民、同一时刻的同一项服务被接收了两次，人次与工分重复
-- fix: 作废重复的一条
-- level: error
-- table: svc_event
SELECT org_code, event_id AS key, empi, strftime(start_time, '%Y-%m-%d %H:%M') AS value
FROM svc_event
WHERE upload_status = '0'
QUALIFY row_number() OVER (PARTITION BY staff_id, empi, item_code, start_time ORDER BY created_at, event_id) > 1

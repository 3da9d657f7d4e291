-- title: 异常密集的服务
-- definition: 上传成功，与同一服务人员上一次服务开始的间隔不到 p_minutes 分钟
-- source: 移动公卫（两卡制）；有效性规则待客户确认
WITH ordered AS (
    SELECT t.*, lag(t.start_time) OVER (PARTITION BY t.staff_id ORDER BY t.start_time, t.event_id) AS previous
    FROM svc_event AS t
    WHERE t.upload_status = '0'
)
SELECT t.empi, t.event_id AS record, t.org_code, 1 AS value
FROM ordered AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')
    AND t.start_time < t.previous + to_minutes(CAST(getvariable('p_minutes') AS INTEGER))

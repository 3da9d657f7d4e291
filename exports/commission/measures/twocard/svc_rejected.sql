-- title: 上传失败的服务
-- definition: 上传结果为 p_reason：1 超过服务有效期，2 档案注销，3 重复不覆盖
-- source: 移动公卫（两卡制）；有效性规则待客户确认
SELECT t.empi, t.event_id AS record, t.org_code, 1 AS value
FROM svc_event AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')
    AND t.upload_status = CAST(getvariable('p_reason') AS VARCHAR)

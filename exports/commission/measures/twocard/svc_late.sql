-- title: 补录的服务
-- definition: 上传成功的补录
-- source: 移动公卫（两卡制）；有效性规则待客户确认
SELECT t.empi, t.event_id AS record, t.org_code, 1 AS value
FROM svc_event AS t
WHERE t.counted_date >= getvariable('period_from')
    AND t.counted_date < getvariable('period_until')
    AND t.upload_status = '0'
    AND t.late_flag = '1'

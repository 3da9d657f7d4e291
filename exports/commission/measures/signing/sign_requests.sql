-- title: APP 签约申请
-- definition: 期内申请数
-- source: 居民健康APP 与电子健康卡：公式待客户确认
SELECT r.empi, r.request_id AS record, r.org_code, 1 AS value
FROM sign_request AS r
WHERE r.counted_date >= getvariable('period_from') AND r.counted_date < getvariable('period_until')

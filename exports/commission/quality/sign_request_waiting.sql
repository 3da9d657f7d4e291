-- title: 签约申请超过 30 天未处理
-- why: 居民在 APP 上申请了签约，没有人答复
-- fix: 由团队同意或拒绝
-- level: hint
-- table: sign_request
SELECT r.org_code, r.request_id AS key, r.empi, strftime(r.requested_at, '%Y-%m-%d %H:%M') AS value
FROM sign_request AS r
WHERE r.status = '0' AND r.requested_at < getvariable('period_until') - INTERVAL 30 DAY

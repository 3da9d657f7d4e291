-- title: 住院超过 90 天未出院
-- why: 基层住院少有这样久，多为没有办理出院；期末在院人数被算多
-- fix: 补办出院
-- level: error
-- table: ip_admission
SELECT org_code, ip_id AS key, empi, strftime(in_time, '%Y-%m-%d') AS value
FROM ip_admission
WHERE cancel_flag = '0' AND out_time IS NULL AND in_time < getvariable('period_until') - INTERVAL 90 DAY

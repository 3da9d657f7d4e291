-- title: 出院早于入院
-- why: 日期颠倒，在院人数对不上
-- fix: 核对病案首页
-- level: error
-- table: ip_admission
SELECT org_code, ip_id AS key, empi, strftime(out_time, '%Y-%m-%d') AS value
FROM ip_admission
WHERE cancel_flag = '0' AND out_time < in_time

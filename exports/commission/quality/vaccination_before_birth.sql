-- title: 接种早于出生
-- why: 接种日期或出生日期有误，也可能录到了别人名下
-- fix: 核对接种证与身份证
-- level: error
-- table: vacc_record
SELECT v.org_code, v.dose_id AS key, v.empi, strftime(v.given_date, '%Y-%m-%d') AS value
FROM vacc_record AS v
WHERE EXISTS (SELECT 1 FROM resident AS r WHERE r.empi = v.empi AND v.given_date < r.birth)

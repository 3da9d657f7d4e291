-- title: 签约期超过三年或早于生效日到期
-- why: 自动续签写成了永久有效，过期的仍被计为在约
-- fix: 按一个周期改正到期日期，续约另立协议
-- level: error
-- table: fd_contract
SELECT c.org_code, c.contract_id AS key, c.empi, strftime(c.end_date, '%Y-%m-%d') AS value
FROM fd_contract AS c
WHERE c.end_date > c.begin_date + INTERVAL 3 YEAR OR c.end_date <= c.begin_date

-- title: 死后签约
-- why: 死亡人员仍被签约
-- fix: 核对死亡日期，作废协议
-- level: error
-- table: fd_contract
SELECT c.org_code, c.contract_id AS key, c.empi, strftime(c.sign_date, '%Y-%m-%d') AS value
FROM fd_contract AS c
WHERE EXISTS (SELECT 1 FROM death_record AS d WHERE d.empi = c.empi AND d.death_date < c.sign_date)

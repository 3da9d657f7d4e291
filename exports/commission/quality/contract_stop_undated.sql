-- title: 已解约但没有解约日期
-- why: 不知道哪天失效，本产品一律不计为在约
-- fix: 补录解约日期与原因
-- level: error
-- table: fd_contract
SELECT c.org_code, c.contract_id AS key, c.empi, c.sign_flag AS value
FROM fd_contract AS c
WHERE c.sign_flag = '2' AND c.stop_date IS NULL

-- title: 签而不约：整个签约期没有服务
-- why: 已满半年的签约没有一次服务记录
-- fix: 按服务包补做服务，或与居民解约
-- level: hint
-- table: fd_contract
SELECT c.org_code, c.contract_id AS key, c.empi, strftime(c.begin_date, '%Y-%m-%d') AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4'
    AND least(c.end_date, coalesce(c.stop_date, c.end_date), getvariable('period_until')) >= c.begin_date + INTERVAL 6 MONTH
    AND NOT EXISTS (SELECT 1 FROM fd_service AS v WHERE v.contract_id = c.contract_id)

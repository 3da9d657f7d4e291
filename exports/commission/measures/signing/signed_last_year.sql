-- title: 上年度签约的居民
-- definition: 签约日期在上一日历年
-- source: 公开代码中的另一种做法
SELECT c.empi, c.contract_id AS record, c.org_code, 1 AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4' AND c.sign_date >= getvariable('year_from') - INTERVAL 1 YEAR
    AND c.sign_date < getvariable('year_from')

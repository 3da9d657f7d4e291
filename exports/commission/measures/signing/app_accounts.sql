-- title: 有APP 账户的居民
-- definition: 期末前已注册
-- source: 居民健康APP 与电子健康卡：公式待客户确认
SELECT a.empi, a.account_id AS record, a.org_code, 1 AS value
FROM app_account AS a
WHERE a.registered_date < getvariable('period_until')

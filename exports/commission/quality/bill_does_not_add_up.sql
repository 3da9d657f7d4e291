-- title: 票据金额不平
-- why: 总金额不等于明细之和，或不等于基金支付加个人支付
-- fix: 按票据存根更正，补传明细
-- level: error
-- table: bill
WITH line AS (
    SELECT org_code, bill_id, sum(amount) AS amount FROM bill_item GROUP BY ALL
)
SELECT b.org_code, b.bill_id AS key, b.empi, b.total || '，明细 ' || coalesce(CAST(l.amount AS VARCHAR), '无') AS value
FROM bill AS b
LEFT JOIN line AS l ON l.bill_id = b.bill_id AND l.org_code = b.org_code
WHERE b.void_flag = '0' AND (b.total IS DISTINCT FROM l.amount OR b.total <> b.fund_pay + b.self_pay)

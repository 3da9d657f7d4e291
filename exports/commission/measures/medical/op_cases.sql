-- title: 门诊票据数
-- definition: 期内未作废、金额为正的门诊票据
-- source: 公开代码中的另一种做法
SELECT b.empi, b.bill_id AS record, b.org_code, 1 AS value
FROM bill AS b
WHERE b.counted_date >= getvariable('period_from')
    AND b.counted_date < getvariable('period_until')
    AND b.void_flag = '0'
    AND b.side = '1'
    AND b.total > 0

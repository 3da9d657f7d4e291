-- title: 逐票药占比之和
-- definition: 每张门诊票据的药品金额 ÷ 总金额（百万分之一为单位的整数，截去余数）之和；供“平均药占比”对照
-- source: 公开代码中的另一种做法
WITH share AS (
    SELECT i.bill_id, i.org_code, sum(i.amount) FILTER (i.fee_class IN ('08', '09', '10')) AS drugs
    FROM bill_item AS i
    GROUP BY ALL
)
SELECT b.empi, b.bill_id AS record, b.org_code,
    CAST(CAST(coalesce(h.drugs, 0) * 100 AS BIGINT) * 1000000 // CAST(b.total * 100 AS BIGINT) AS DECIMAL(20, 0))
        * 0.000001 AS value
FROM bill AS b
LEFT JOIN share AS h ON h.bill_id = b.bill_id AND h.org_code = b.org_code
WHERE b.counted_date >= getvariable('period_from')
    AND b.counted_date < getvariable('period_until')
    AND b.void_flag = '0'
    AND b.side = '1'
    AND b.total > 0

-- What these templates leave out: every reversal (冲红) and the settlement that it takes back, each with its fee lines.
-- A reversal of a bill from before the period is out as well. Cancelled records (作废) stay behind already by the rules
-- of the adapter. A partial refund is a reversal in full and a new settlement, which stays.
WITH taken_back AS (
    SELECT setl_id, 'reversal' AS rule
    FROM settlement
    WHERE refd_setl_flag = '1'
    UNION ALL
    SELECT init_setl_id, 'reversed'
    FROM settlement
    WHERE refd_setl_flag = '1'
),
rules AS (
    SELECT setl_id, min(rule) AS rule
    FROM taken_back
    WHERE setl_id IS NOT NULL
    GROUP BY setl_id
)
SELECT 'settlement' AS std_table, s._row, r.rule
FROM settlement AS s
JOIN rules AS r USING (setl_id)
UNION ALL
SELECT 'fee_line', f._row, r.rule
FROM fee_line AS f
JOIN rules AS r USING (setl_id)
ORDER BY std_table, _row, rule

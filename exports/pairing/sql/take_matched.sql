-- Take what is matched off one side ({side}: paid or back), the latest line first.
UPDATE {side} SET rest = {side}.rest - taken.amount
FROM (
    SELECT line, least(rest, greatest(amount - before, 0)) AS amount
    FROM (
        SELECT
            t.line, t.rest, m.amount,
            sum(t.rest) OVER (PARTITION BY m.key ORDER BY t.moment DESC, t.line) - t.rest AS before
        FROM {side} AS t JOIN matched AS m ON m.key = t.{key}
        WHERE t.rest > 0
    )
) AS taken
WHERE taken.line = {side}.line

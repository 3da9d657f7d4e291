-- Every window in which A stands, and whether B stands in it.
-- `counted`: a line with what is left of it. A line with neither quantity nor amount was not billed and stands for
-- nothing. Where the hour is asked and not known (only a day was noted, or nothing but the settlement), `slot` is
-- empty; where the person or the stay is not known, `unit` is.
CREATE TEMP TABLE counted AS
SELECT
    *,
    is_a AND {period} AND {department} AS asked_a,
    NOT is_refund AND ({gross} OR left_over > 0) AND NOT (coalesce(NUM, 0) = 0 AND coalesce(COST, 0) = 0) AS counts,
    if({gross}, NUM, NUM - refunded) AS net_num,
    CASE
        WHEN {gross} OR refunded = 0 THEN COST
        WHEN left_over = 0 THEN 0
        ELSE COST - CAST(coalesce(UNIT_PRICE, 0) * refunded AS DECIMAL(18, 2))
    END AS net_cost
FROM (
    SELECT
        c.*,
        coalesce(p.rest, c.weight) AS left_over,
        CAST(if(coalesce(c.NUM, 0) = 0, 0, c.weight - coalesce(p.rest, c.weight)) AS DECIMAL(18, 4)) AS refunded,
        {unit} AS unit,
        {day} AS day,
        {slot} AS slot
    FROM charged AS c LEFT JOIN paid AS p ON p.line = c.line
    WHERE c.is_a OR c.is_b
);
CREATE TEMP TABLE windows AS
WITH each AS (
    SELECT
        unit, day, slot,
        count(*) FILTER (WHERE asked_a) AS a_lines,
        coalesce(sum(net_num) FILTER (WHERE asked_a), 0) AS a_num,
        coalesce(sum(net_cost) FILTER (WHERE asked_a), 0) AS a_cost,
        count(*) FILTER (WHERE is_b) AS b_lines,
        coalesce(sum(net_num) FILTER (WHERE is_b), 0) AS b_num,
        coalesce(sum(net_cost) FILTER (WHERE is_b), 0) AS b_cost
    FROM counted WHERE counts GROUP BY unit, day, slot
), beside AS (
    SELECT
        *,
        sum(b_lines) OVER (PARTITION BY unit, day) AS b_day,
        coalesce(sum(b_lines) FILTER (WHERE slot IS NULL) OVER (PARTITION BY unit, day), 0) AS b_vague
    FROM each
)
SELECT
    *,
    CASE
        WHEN {any_b} AND (unit IS NULL OR day IS NULL) THEN 'unsure'
        WHEN slot IS NOT NULL AND b_lines > 0 THEN 'with'
        WHEN slot IS NULL AND b_day > 0 THEN 'unsure'
        WHEN b_vague > 0 THEN 'unsure'
        ELSE 'without'
    END AS status
FROM beside
WHERE a_lines > 0 AND a_num >= {minimum}

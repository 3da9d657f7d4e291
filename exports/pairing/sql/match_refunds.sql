-- How much of the charges and refunds of one key belongs together: as much as both sides hold.
CREATE OR REPLACE TEMP TABLE matched AS
SELECT p.{key} AS key, least(p.amount, b.amount) AS amount
FROM (SELECT {key}, sum(rest) AS amount FROM paid WHERE rest > 0 AND {key} IS NOT NULL GROUP BY 1) AS p
JOIN (SELECT {key}, sum(rest) AS amount FROM back WHERE rest > 0 AND {key} IS NOT NULL GROUP BY 1) AS b
    ON b.{key} = p.{key}

-- Both sides' lines of every window that is an answer; where the hour of a B is not known, it is shown with the A.
CREATE TEMP TABLE answer AS
WITH hits AS (
    SELECT unit, day, slot, status, row_number() OVER (ORDER BY {order}, day, slot) AS CLUE
    FROM windows WHERE status IN ({wanted})
)
SELECT
    h.CLUE,
    {verdict} AS VERDICT,
    CASE WHEN c.is_refund THEN '退费' WHEN c.is_a THEN 'A' ELSE 'B' END AS ROLE,
    if(c.by_code, '编码', '名称') AS MATCHED,
    c.moment AS MOMENT,
    c.basis AS BASIS,
    c.refunded AS REFUNDED,
    if(c.side = 'MZ', '门诊', '住院') AS SOURCE_TYPE,
    c.PATIENT_ID AS PATIENT_MARK,
    c.* EXCLUDE (moment, basis, refunded)
FROM hits AS h
JOIN counted AS c
    ON c.unit IS NOT DISTINCT FROM h.unit AND c.day IS NOT DISTINCT FROM h.day
WHERE
    (c.slot IS NOT DISTINCT FROM h.slot OR (h.status = 'unsure' AND c.is_b))
    AND ((c.counts AND (c.asked_a OR c.is_b)) OR ({gross} AND c.is_refund))

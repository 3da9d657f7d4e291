-- One row for every window that is an answer: how often and for how much A and B stand in it.
CREATE TEMP TABLE answer AS
WITH hits AS (
    SELECT *, row_number() OVER (ORDER BY {order}, day, slot) AS CLUE FROM windows WHERE status IN ({wanted})
), lines AS (
    SELECT
        unit, day, slot,
        min(PATIENT_ID) AS PATIENT_ID,
        string_agg(DISTINCT VISIT_NO, '|' ORDER BY VISIT_NO) AS VISIT_NO,
        string_agg(DISTINCT if(side = 'MZ', '门诊', '住院'), '|' ORDER BY if(side = 'MZ', '门诊', '住院')) AS SOURCE_TYPE,
        min(moment) AS MOMENT,
        min(PATIENT_AGE) AS PATIENT_AGE,
        string_agg(DISTINCT DISEASE_ID, '|' ORDER BY DISEASE_ID) AS DISEASE_ID,
        string_agg(DISTINCT ITEM_NAME_HOSP, '|' ORDER BY ITEM_NAME_HOSP) FILTER (WHERE asked_a) AS A_ITEMS,
        string_agg(DISTINCT ITEM_NAME_HOSP, '|' ORDER BY ITEM_NAME_HOSP) FILTER (WHERE is_b) AS B_ITEMS
    FROM counted WHERE counts AND (asked_a OR is_b) GROUP BY unit, day, slot
)
SELECT
    h.CLUE, {verdict} AS VERDICT, l.* EXCLUDE (unit, day, slot),
    h.a_lines AS A_LINES, h.a_num AS A_NUM, h.a_cost AS A_COST,
    h.b_lines AS B_LINES, h.b_num AS B_NUM, h.b_cost AS B_COST, 1 AS line
FROM hits AS h
JOIN lines AS l
    ON l.unit IS NOT DISTINCT FROM h.unit AND l.day IS NOT DISTINCT FROM h.day AND l.slot IS NOT DISTINCT FROM h.slot

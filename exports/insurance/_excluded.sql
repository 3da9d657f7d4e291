-- Reports and executions are handed over with the settlement of their visit, by which inspectors join them: those of
-- visits without one in the period stay behind, by name; and by another name those that lead to no request or order,
-- so that nobody knows whose they are (EV10-EV12 say so too).
WITH settled AS (
    SELECT DISTINCT mdtrt_id
    FROM settlement
    WHERE setl_time >= getvariable('date_from')
        AND setl_time < getvariable('date_until')
),
asked AS (
    SELECT 'order_execution' AS std_table, e._row, m.mdtrt_id
    FROM order_execution AS e
    LEFT JOIN (SELECT DISTINCT ON (drord_no) * FROM medical_order ORDER BY drord_no, _row) AS m USING (drord_no)
    UNION ALL
    SELECT 'lab_result', j._row, q.mdtrt_id
    FROM lab_result AS j
    LEFT JOIN (SELECT DISTINCT ON (appy_no) * FROM lab_request ORDER BY appy_no, _row) AS q USING (appy_no)
    UNION ALL
    SELECT 'exam_report', b._row, q.mdtrt_id
    FROM exam_report AS b
    LEFT JOIN (SELECT DISTINCT ON (appy_no) * FROM exam_request ORDER BY appy_no, _row) AS q USING (appy_no)
)
SELECT a.std_table, a._row, if(a.mdtrt_id IS NULL, 'no_request', 'not_settled') AS rule
FROM asked AS a
ANTI JOIN settled AS s ON s.mdtrt_id = a.mdtrt_id
ORDER BY ALL

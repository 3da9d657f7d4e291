-- Reports and executions are handed over with the settlement of their visit, by which inspectors join them: those of
-- visits without one in the period stay behind, by name.
WITH settled AS (
    SELECT DISTINCT mdtrt_id
    FROM settlement
    WHERE setl_time >= getvariable('date_from')
        AND setl_time < getvariable('date_until')
)
SELECT 'order_execution' AS std_table, e._row, 'not_settled' AS rule
FROM order_execution AS e
LEFT JOIN (SELECT DISTINCT ON (drord_no) * FROM medical_order ORDER BY drord_no, _row) AS m USING (drord_no)
ANTI JOIN settled AS s ON s.mdtrt_id = m.mdtrt_id
UNION ALL
SELECT 'lab_result', j._row, 'not_settled'
FROM lab_result AS j
LEFT JOIN (SELECT DISTINCT ON (appy_no) * FROM lab_request ORDER BY appy_no, _row) AS q USING (appy_no)
ANTI JOIN settled AS s ON s.mdtrt_id = q.mdtrt_id
UNION ALL
SELECT 'exam_report', b._row, 'not_settled'
FROM exam_report AS b
LEFT JOIN (SELECT DISTINCT ON (appy_no) * FROM exam_request ORDER BY appy_no, _row) AS q USING (appy_no)
ANTI JOIN settled AS s ON s.mdtrt_id = q.mdtrt_id
ORDER BY ALL

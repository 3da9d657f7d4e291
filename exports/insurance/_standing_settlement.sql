-- The settlements of the period that were not taken back, none of them a reversal.
SELECT s.*
FROM one_settlement AS s
ANTI JOIN (FROM settlement WHERE init_setl_id IS NOT NULL) AS r ON r.init_setl_id = s.setl_id
WHERE s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
    AND s.refd_setl_flag = '0'

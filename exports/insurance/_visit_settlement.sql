-- One row per visit that was settled in the period: the settlement that stands, the last one if there are several.
-- Where everything was taken back, the settlement that was taken back still is the one that names the visit.
SELECT DISTINCT ON (s.mdtrt_id) s.*
FROM settlement AS s
LEFT JOIN (SELECT DISTINCT init_setl_id FROM settlement WHERE init_setl_id IS NOT NULL) AS r ON r.init_setl_id = s.setl_id
WHERE s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY
    s.mdtrt_id,
    s.refd_setl_flag,
    r.init_setl_id IS NOT NULL,
    s.setl_time DESC,
    s.setl_id DESC,
    s._row

SELECT
    p._row,
    p.jgdm AS fixmedins_code,
    p.pddh AS chk_no,
    p.hh AS chk_line_no,
    p.kfdm AS inv_codg,
    p.pdrq AS chk_date,
    p.wzdm AS fixmedins_hilist_id,
    p.ph AS manu_lotnum,
    p.zmsl AS book_cnt,
    p.spsl AS real_cnt,
    p.yksl AS diff_cnt,
    p.ykyy AS diff_rea,
    r.ryxm AS chker_name
FROM yk_pd AS p
LEFT JOIN ry_xx AS r ON r.rydm = p.shr

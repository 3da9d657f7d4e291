SELECT
    _row,
    jgdm AS fixmedins_code,
    kfdm AS inv_codg,
    kfmc AS inv_name,
    CASE kfjb WHEN '1' THEN '一级库' WHEN '2' THEN '二级库' ELSE kfjb END AS inv_lv
FROM yk_kf

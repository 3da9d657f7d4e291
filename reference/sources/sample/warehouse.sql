SELECT
    _row,
    jgdm AS fixmedins_code,
    kfdm AS inv_codg,
    kfmc AS inv_name,
    code_kfjb(kfjb) AS inv_lv
FROM yk_kf

SELECT
    _row,
    jgdm AS fixmedins_code,
    CASE jzlx WHEN '门' THEN 'MZ' WHEN '住' THEN 'ZY' ELSE jzlx END || jzid AS mdtrt_id,
    CASE zdlb WHEN '1' THEN '0' WHEN '2' THEN '1' WHEN '3' THEN '2' ELSE zdlb END AS inout_diag_type,
    zdxh AS diag_srt_no,
    CASE zxy WHEN '西' THEN '1' WHEN '中' THEN '2' ELSE zxy END AS diag_type,
    CASE zcbz WHEN '主' THEN '1' WHEN '次' THEN '0' ELSE zcbz END AS maindiag_flag,
    icd AS diag_code,
    zdmc AS diag_name,
    zdsj AS diag_time
FROM zd_jlb

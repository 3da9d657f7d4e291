SELECT
    _row,
    jgdm AS fixmedins_code,
    code_jzlx(jzlx) || jzid AS mdtrt_id,
    code_zdlb(zdlb) AS inout_diag_type,
    zdxh AS diag_srt_no,
    code_zxy(zxy) AS diag_type,
    code_zcbz(zcbz) AS maindiag_flag,
    icd AS diag_code,
    zdmc AS diag_name,
    zdsj AS diag_time
FROM zd_jlb

SELECT
    j._row,
    j.jgdm AS fixmedins_code,
    'LIS' || j.jgid AS rslt_sn,
    j.sqdh AS appy_no,
    j.bgdh AS rpotc_no,
    j.zbdm AS rslt_item_codg,
    j.zbmc AS rslt_item_name,
    j.jgz AS rslt_val,
    j.dw AS rslt_unt,
    j.ckfw AS ref_val,
    code_sf(j.ycbz) AS rslt_abn,
    j.sjsj AS mach_time,
    j.bgsj AS rpt_time,
    r.ryxm AS rpt_dr_name,
    code_sf(j.yxbz) AS vali_flag
FROM lis_jg AS j
LEFT JOIN ry_xx AS r ON r.rydm = j.bgys

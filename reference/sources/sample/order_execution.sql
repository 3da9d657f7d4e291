SELECT
    z._row,
    z.jgdm AS fixmedins_code,
    'ZX' || z.zxid AS exe_sn,
    'YZ' || z.yzid AS drord_no,
    z.zxsj AS exe_time,
    z.jssj AS exe_endtime,
    z.zxks AS exe_dept_codg,
    k.ksmc AS exe_dept_name,
    r.ryxm AS exe_nurs_name
FROM zy_yzzx AS z
LEFT JOIN ks_xx AS k ON k.ksdm = z.zxks
LEFT JOIN ry_xx AS r ON r.rydm = z.zxhs

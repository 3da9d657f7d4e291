SELECT
    q._row,
    q.jgdm AS fixmedins_code,
    q.sqdh AS appy_no,
    code_jzlx(q.jzlx) || q.jzid AS mdtrt_id,
    code_jzlx(q.jzlx) || q.fyid AS feedetl_sn,
    q.sqsj AS appy_time,
    q.sqks AS appy_dept_codg,
    k.ksmc AS appy_dept_name,
    coalesce(r.gjbm, q.sqys) AS appy_dr_codg,
    r.ryxm AS appy_dr_name,
    q.xmdm AS medins_list_codg,
    q.xmmc AS medins_list_name,
    z.ksmc AS exe_dept_name,
    code_sf(q.wsbz) AS out_flag,
    q.wsjgmc AS out_org_name,
    q.zt AS appy_stas
FROM pacs_sqd AS q
LEFT JOIN ks_xx AS k ON k.ksdm = q.sqks
LEFT JOIN ks_xx AS z ON z.ksdm = q.zxks
LEFT JOIN ry_xx AS r ON r.rydm = q.sqys

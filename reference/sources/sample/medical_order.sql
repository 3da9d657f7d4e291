-- Orders of whoever still lies in are rows as well: only settlements decide what is delivered.
SELECT
    y._row,
    y.jgdm AS fixmedins_code,
    'YZ' || y.yzid AS drord_no,
    'ZY' || y.zyid AS mdtrt_id,
    y.yzzh AS drord_grpno,
    code_yzlx(y.yzlx) AS drord_type,
    code_xmlx(i.xmlx) AS drord_item_type,
    y.xmdm AS medins_list_codg,
    i.xmmc AS medins_list_name,
    y.yznr AS drord_cont,
    y.tcdm AS pkg_codg,
    i.gg AS spec,
    y.yf AS medc_way_dscr,
    y.dcjl AS sin_dos_dscr,
    y.jldw AS sin_doscunt,
    y.pc AS used_frqu_dscr,
    y.sl AS cnt,
    y.dw AS prcunt,
    i.dj AS pric,
    y.kzsj AS isu_time,
    y.kzsj AS drord_begntime,
    y.tzsj AS drord_endtime,
    y.ksdm AS isu_dept_codg,
    k.ksmc AS isu_dept_name,
    coalesce(r.gjbm, y.ysdm) AS isu_dr_codg,
    r.ryxm AS isu_dr_name,
    t.ryxm AS stop_dr_name,
    h.ryxm AS chk_nurs_name,
    y.psjg AS skintst_rslt,
    code_dyzt(y.yzzt) AS vali_flag
FROM zy_yzb AS y
LEFT JOIN sf_xmb AS i ON i.xmdm = y.xmdm
LEFT JOIN ks_xx AS k ON k.ksdm = y.ksdm
LEFT JOIN ry_xx AS r ON r.rydm = y.ysdm
LEFT JOIN ry_xx AS t ON t.rydm = y.tzys
LEFT JOIN ry_xx AS h ON h.rydm = y.hdhs

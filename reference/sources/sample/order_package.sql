SELECT
    t._row,
    t.jgdm AS fixmedins_code,
    t.tcdm AS pkg_codg,
    t.tcmc AS pkg_name,
    t.tcjg AS pkg_pric,
    t.xmdm AS medins_list_codg,
    i.xmmc AS medins_list_name,
    t.wjbm AS pric_codg,
    t.dj AS pric,
    t.sl AS cnt,
    t.zxks AS exe_dept_codg,
    k.ksmc AS exe_dept_name,
    t.qyrq AS begndate,
    t.tyrq AS enddate,
    code_sf(t.sybz) AS used_flag
FROM sf_tcb AS t
LEFT JOIN sf_xmb AS i ON i.xmdm = t.xmdm
LEFT JOIN ks_xx AS k ON k.ksdm = t.zxks

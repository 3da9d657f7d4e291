SELECT
    c._row,
    c.jgdm AS fixmedins_code,
    'CF' || c.cfid AS rxno,
    c.hh AS rx_line_no,
    c.zh AS rx_grp_no,
    c.xmdm AS medins_list_codg,
    c.xmmc AS medins_list_name,
    c.gg AS spec,
    c.yf AS medc_way_dscr,
    c.dcjl AS sin_dos_dscr,
    c.jldw AS sin_doscunt,
    c.pc AS used_frqu_dscr,
    c.ts AS prd_days,
    c.sl AS cnt,
    c.dw AS prcunt,
    c.dj AS pric,
    c.je AS det_item_fee_sumamt,
    c.zyfs AS tcmdrug_used_way,
    c.js AS rx_dose_cnt,
    code_sf(c.wgbz) AS rx_circ_flag,
    a.ryxm AS phar_chk_name,
    d.ryxm AS phar_disp_name,
    c.fysj AS disp_time,
    code_dyzt(c.zt) AS vali_flag
FROM mz_cfmx AS c
LEFT JOIN ry_xx AS a ON a.rydm = c.sfys
LEFT JOIN ry_xx AS d ON d.rydm = c.tpys

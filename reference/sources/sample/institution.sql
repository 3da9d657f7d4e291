SELECT
    _row,
    jgdm AS fixmedins_code,
    jgmc AS fixmedins_name,
    tyshxydm AS uscc,
    xzqh AS fix_blng_admdvs,
    code_yydj(yydj) AS hosp_lv,
    jsdj AS hi_setl_lv,
    hdcws AS aprv_bed_cnt,
    yqmc AS hosp_area,
    ddksrq AS begndate,
    ddjsrq AS enddate
FROM jg_xx

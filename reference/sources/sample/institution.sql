SELECT
    _row,
    jgdm AS fixmedins_code,
    jgmc AS fixmedins_name,
    tyshxydm AS uscc,
    xzqh AS fix_blng_admdvs,
    CASE yydj WHEN '一级甲等' THEN '08' WHEN '一级乙等' THEN '09' WHEN '一级' THEN '14' WHEN '未定级' THEN '11' ELSE yydj END
        AS hosp_lv,
    jsdj AS hi_setl_lv,
    hdcws AS aprv_bed_cnt,
    yqmc AS hosp_area,
    ddksrq AS begndate,
    ddjsrq AS enddate
FROM jg_xx

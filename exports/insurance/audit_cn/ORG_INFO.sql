-- 1.1 机构执业信息: one row per institution that the source knows under the exported code.
SELECT
    fixmedins_code AS 机构编码,
    fixmedins_name AS 机构名称,
    fix_blng_admdvs AS 所属区划,
    recode_hosp_lv(hosp_lv) AS 机构等级,
    aprv_bed_cnt AS 核定床位,
    begndate AS 定点开始日期,
    enddate AS 定点停止日期,
    _row AS _row
FROM institution
WHERE fixmedins_code IN (SELECT fixmedins_code FROM settlement)
ORDER BY fixmedins_code, _row

-- Quantities are positive there; the direction stands beside them.
SELECT
    _row,
    jgdm AS fixmedins_code,
    kfdm AS inv_codg,
    djh AS dcmt_no,
    hh AS dcmt_line_no,
    CASE ywlx
        WHEN 'CG' THEN '物资采购'
        WHEN 'CT' THEN '购入退库'
        WHEN 'DB' THEN '库房调拨'
        WHEN 'MF' THEN '门诊销售'
        WHEN 'MT' THEN '门诊销售'
        WHEN 'ZF' THEN '住院销售'
        WHEN 'ZT' THEN '住院销售'
        WHEN 'LY' THEN '科室领用'
        WHEN 'PD' THEN '库存盘点'
        ELSE ywlx
    END AS inv_chg_type,
    ywsj AS inv_chg_time,
    wzdm AS fixmedins_hilist_id,
    ph AS manu_lotnum,
    if(fx = '出', -sl, sl) AS cnt,
    dw AS prcunt,
    zhb AS convrat,
    dj AS pric,
    ghs AS spler_name,
    cj AS prodentp_name,
    fph AS purc_invo_no,
    zsm AS drug_trac_codg,
    dfbm AS obj_name,
    if(ywlx IN ('ZF', 'ZT'), 'ZY', 'MZ') || jsid AS setl_id,
    if(ywlx IN ('ZF', 'ZT'), 'ZY', 'MZ') || fyid AS feedetl_sn
FROM yk_crk

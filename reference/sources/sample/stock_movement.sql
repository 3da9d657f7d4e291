-- Quantities are positive there; the direction stands beside them.
SELECT
    _row,
    jgdm AS fixmedins_code,
    kfdm AS inv_codg,
    djh AS dcmt_no,
    hh AS dcmt_line_no,
    code_ywlx(ywlx) AS inv_chg_type,
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

-- Both kinds of fee line; what they share in codes is turned once, at the end.
WITH lines AS (
    SELECT
        f.* EXCLUDE (ghxh, cfid),
        'MZ' AS mz_zy,
        f.ghxh AS visit,
        'CF' || f.cfid AS rxno
    FROM mz_fymx AS f
    UNION ALL BY NAME
    SELECT
        f.* EXCLUDE (zyid, yzid, cydybz),
        'ZY' AS mz_zy,
        f.zyid AS visit,
        'YZ' || f.yzid AS drord_no,
        code_sf(f.cydybz) AS dscg_tkdrug_flag
    FROM zy_fymx AS f
)
SELECT
    f._row,
    CASE WHEN f.jszt = '9' THEN 'void' WHEN f.mz_zy = 'ZY' AND f.jsid IS NULL AND f.sfsj IS NULL THEN 'lying_in' WHEN f.jszt = '0' THEN 'unpaid' END
        AS _excluded,
    f.jgdm AS fixmedins_code,
    f.mz_zy || f.fyid AS feedetl_sn,
    f.mz_zy || f.yfyid AS init_feedetl_sn,
    f.mz_zy || f.jsid AS setl_id,
    f.mz_zy || f.visit AS mdtrt_id,
    f.rxno,
    f.drord_no,
    f.kdsj AS bilg_time,
    f.zxsj AS fee_ocur_time,
    f.kdks AS bilg_dept_codg,
    k.ksmc AS bilg_dept_name,
    coalesce(r.gjbm, f.kdys) AS bilg_dr_codg,
    r.ryxm AS bilg_dr_name,
    f.zxks AS acord_dept_codg,
    z.ksmc AS acord_dept_name,
    code_fylb(f.fylb) AS med_chrgitm_type,
    code_xmdj(f.xmdj) AS chrgitm_lv,
    code_xmlx(f.xmlx) AS list_type,
    f.xmdm AS medins_list_codg,
    f.xmmc AS medins_list_name,
    f.gjbm AS med_list_codg,
    f.gjmc AS hilist_name,
    f.gg AS spec,
    f.jxmc AS dosform_name,
    f.dw AS prcunt,
    f.dj AS pric,
    f.sl AS cnt,
    f.je AS det_item_fee_sumamt,
    f.cxjje AS overlmt_amt,
    f.xxzfje AS preselfpay_amt,
    f.qzfje AS fulamt_ownpay_amt,
    f.fhfwje AS inscp_scp_amt,
    f.zfbl AS selfpay_prop,
    f.dscg_tkdrug_flag
FROM lines AS f
LEFT JOIN ks_xx AS k ON k.ksdm = f.kdks
LEFT JOIN ks_xx AS z ON z.ksdm = f.zxks
LEFT JOIN ry_xx AS r ON r.rydm = f.kdys

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
        CASE f.cydybz WHEN '是' THEN '1' WHEN '否' THEN '0' ELSE f.cydybz END AS dscg_tkdrug_flag
    FROM zy_fymx AS f
)
SELECT
    f._row,
    CASE WHEN f.jszt = '9' THEN 'void' WHEN f.jsid IS NULL THEN 'lying_in' WHEN f.jszt = '0' THEN 'unpaid' END
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
    CASE f.fylb
        WHEN 'CWF' THEN '01'
        WHEN 'ZCF' THEN '02'
        WHEN 'JCF' THEN '03'
        WHEN 'HYF' THEN '04'
        WHEN 'ZLF' THEN '05'
        WHEN 'SSF' THEN '06'
        WHEN 'HLF' THEN '07'
        WHEN 'CLF' THEN '08'
        WHEN 'XYF' THEN '09'
        WHEN 'ZYYPF' THEN '10'
        WHEN 'ZCYF' THEN '11'
        WHEN 'MZYF' THEN '11'
        WHEN 'YBZL' THEN '12'
        ELSE f.fylb
    END AS med_chrgitm_type,
    CASE f.xmdj WHEN 'A' THEN '01' WHEN 'B' THEN '02' WHEN 'C' THEN '03' WHEN 'Z' THEN '03' ELSE f.xmdj END
        AS chrgitm_lv,
    CASE f.xmlx
        WHEN '1' THEN '101'
        WHEN '2' THEN '101'
        WHEN '3' THEN '102'
        WHEN '4' THEN '104'
        WHEN '5' THEN '201'
        WHEN '6' THEN '301'
        ELSE f.xmlx
    END AS list_type,
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

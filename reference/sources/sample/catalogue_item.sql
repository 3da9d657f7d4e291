SELECT
    _row,
    jgdm AS fixmedins_code,
    xmdm AS medins_list_codg,
    xmmc AS medins_list_name,
    CASE xmlx
        WHEN '1' THEN '101'
        WHEN '2' THEN '101'
        WHEN '3' THEN '102'
        WHEN '4' THEN '104'
        WHEN '5' THEN '201'
        WHEN '6' THEN '301'
        ELSE xmlx
    END AS list_type,
    CASE fylb
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
        ELSE fylb
    END AS med_chrgitm_type,
    CASE xmdj WHEN 'A' THEN '01' WHEN 'B' THEN '02' WHEN 'C' THEN '03' ELSE xmdj END AS chrgitm_lv,
    zfbl AS selfpay_prop,
    gg AS spec,
    jxmc AS dosform_name,
    dw AS prcunt,
    dj AS pric
FROM sf_xmb

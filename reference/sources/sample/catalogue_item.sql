SELECT
    _row,
    jgdm AS fixmedins_code,
    xmdm AS medins_list_codg,
    xmmc AS medins_list_name,
    code_xmlx(xmlx) AS list_type,
    code_fylb(fylb) AS med_chrgitm_type,
    code_xmdj(xmdj) AS chrgitm_lv,
    zfbl AS selfpay_prop,
    gg AS spec,
    jxmc AS dosform_name,
    dw AS prcunt,
    dj AS pric
FROM sf_xmb

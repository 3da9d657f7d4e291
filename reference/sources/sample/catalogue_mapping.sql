SELECT
    _row,
    jgdm AS fixmedins_code,
    xmdm AS medins_list_codg,
    gjbm AS med_list_codg,
    gjmc AS hilist_name,
    ksrq AS begndate,
    jsrq AS enddate
FROM yb_dzb

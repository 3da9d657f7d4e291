SELECT
    _row,
    jgdm AS fixmedins_code,
    rydm AS medins_psn_code,
    gjbm AS prac_psn_code,
    ryxm AS prac_psn_name,
    gw AS prac_psn_type,
    ksdm AS hosp_dept_codg,
    qyrq AS begndate,
    tyrq AS enddate
FROM ry_xx

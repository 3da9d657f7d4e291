SELECT
    _row,
    jgdm AS fixmedins_code,
    ksdm AS hosp_dept_codg,
    ksmc AS hosp_dept_name,
    kbdm AS caty,
    qysj AS begntime,
    tysj AS endtime
FROM ks_xx

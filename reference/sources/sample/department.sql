WITH posts AS (
    SELECT
        ksdm,
        count(*) FILTER (gw = '医师') AS doctors,
        count(*) FILTER (gw = '药师') AS pharmacists,
        count(*) FILTER (gw = '护士') AS nurses,
        count(*) FILTER (gw = '技师') AS technicians
    FROM ry_xx
    GROUP BY ksdm
)
SELECT
    k._row,
    k.jgdm AS fixmedins_code,
    k.ksdm AS hosp_dept_codg,
    k.ksmc AS hosp_dept_name,
    k.kbdm AS caty,
    k.qysj AS begntime,
    k.tysj AS endtime,
    k.fwfw AS dept_med_serv_scp,
    k.clrq AS dept_estbdat,
    k.pzcw AS aprv_bed_cnt,
    k.ybcw AS hi_crtf_bed_cnt,
    coalesce(p.doctors, 0) AS dr_psncnt,
    coalesce(p.pharmacists, 0) AS phar_psncnt,
    coalesce(p.nurses, 0) AS nurs_psncnt,
    coalesce(p.technicians, 0) AS tecn_psncnt
FROM ks_xx AS k
LEFT JOIN posts AS p USING (ksdm)

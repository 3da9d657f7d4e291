SELECT
    e._row,
    e.jgdm AS fixmedins_code,
    e.sbbh AS dev_no,
    e.sbmc AS dev_name,
    e.ggxh AS dev_mol,
    e.sccj AS manu_name,
    e.zczh AS mdrcn,
    e.gzrq AS purc_date,
    e.qyrq AS begndate,
    e.tyrq AS enddate,
    e.bfrq AS scrp_date,
    e.ksdm AS hosp_dept_codg,
    k.ksmc AS hosp_dept_name,
    replace(e.xmdm, ',', '|') AS medins_list_codg,
    e.pzxkz AS alloc_lic_no,
    e.gzje AS purc_amt,
    e.ly AS dev_orig,
    e.zt AS dev_stas
FROM sb_xx AS e
LEFT JOIN ks_xx AS k ON k.ksdm = e.ksdm

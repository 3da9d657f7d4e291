-- A device that several items are billed for is one row per item; its first row keeps the name of the source row.
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
    trim(e.item) AS medins_list_codg,
    e.pzxkz AS alloc_lic_no,
    e.gzje AS purc_amt,
    e.ly AS dev_orig,
    e.zt AS dev_stas
FROM (
    SELECT *, unnest(if(xmdm IS NULL, [NULL], string_split(xmdm, ','))) AS item
    FROM sb_xx
) AS e
LEFT JOIN ks_xx AS k ON k.ksdm = e.ksdm

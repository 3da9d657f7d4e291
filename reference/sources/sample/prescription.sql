SELECT
    c._row,
    CASE c.cfzt WHEN '0' THEN 'unpaid' WHEN '9' THEN 'void' END AS _excluded,
    c.jgdm AS fixmedins_code,
    'CF' || c.cfid AS rxno,
    'MZ' || c.ghxh AS mdtrt_id,
    code_cflb(c.cflb) AS rx_type,
    c.kfsj AS isu_time,
    c.ksdm AS bilg_dept_codg,
    k.ksmc AS bilg_dept_name,
    coalesce(r.gjbm, c.ysdm) AS bilg_dr_codg,
    r.ryxm AS bilg_dr_name
FROM mz_cfb AS c
LEFT JOIN ks_xx AS k USING (ksdm)
LEFT JOIN ry_xx AS r ON r.rydm = c.ysdm

SELECT
    g._row,
    g.jgdm AS fixmedins_code,
    'MZ' || g.ghxh AS mdtrt_id,
    g.mzh AS ipt_otp_no,
    coalesce(p.ybgrbh, 'BR' || g.brid) AS psn_no,
    g.ghsj AS begntime,
    g.ghlb AS rgst_type,
    g.ksdm AS dept_codg,
    k.ksmc AS dept_name,
    coalesce(r.gjbm, g.ysdm) AS dr_codg,
    r.ryxm AS dr_name,
    g.ghf AS rgst_fee,
    g.zcf AS cnsl_fee,
    code_sf(g.thbz) AS retn_flag,
    g.thsj AS retn_time
FROM mz_ghb AS g
LEFT JOIN br_jbxx AS p USING (brid)
LEFT JOIN ks_xx AS k ON k.ksdm = g.ksdm
LEFT JOIN ry_xx AS r ON r.rydm = g.ysdm

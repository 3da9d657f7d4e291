-- Who still lies in is a row as well: only settlements decide what is delivered.
WITH transfers AS (
    SELECT d.zyid, string_agg(k.ksmc, '|' ORDER BY d.place) AS names
    FROM (
        SELECT zyid, unnest(string_split(zkks, ',')) AS ksdm, generate_subscripts(string_split(zkks, ','), 1) AS place
        FROM zy_djb
        WHERE zkks IS NOT NULL
    ) AS d
    LEFT JOIN ks_xx AS k USING (ksdm)
    GROUP BY d.zyid
)
SELECT
    d._row,
    d.jgdm AS fixmedins_code,
    'ZY' || d.zyid AS mdtrt_id,
    d.zyh AS ipt_no,
    d.bah AS medcasno,
    d.rysj AS begntime,
    d.cysj AS endtime,
    d.ryks AS adm_dept_codg,
    a.ksmc AS adm_dept_name,
    replace(d.zkks, ',', '|') AS refldept_dept_codg,
    t.names AS refldept_dept_name,
    d.cyks AS dscg_dept_codg,
    c.ksmc AS dscg_dept_name,
    coalesce(r.gjbm, d.zzys) AS chfpdr_code,
    r.ryxm AS chfpdr_name,
    d.cwh AS bed,
    d.xserylx AS nwb_adm_type,
    d.xsecstz AS nwb_bir_wt,
    d.xserytz AS nwb_adm_wt,
    if(d.cysj IS NULL, NULL, greatest(date_diff('day', d.rysj, d.cysj), 1)) AS act_ipt_days,
    code_cyfs(d.cyfs) AS dscg_way,
    coalesce(p.ybgrbh, 'BR' || d.brid) AS psn_no,
    d.rytj AS adm_way,
    d.ryzdms AS adm_diag_dscr,
    d.swrq AS die_date,
    d.tjhl AS spga_nurscare_days,
    d.yjhl AS lv1_nurscare_days,
    d.ejhl AS lv2_nurscare_days,
    d.sjhl AS lv3_nurscare_days,
    code_sf(d.zzyjh) AS days_rinp_flag_31
FROM zy_djb AS d
LEFT JOIN ks_xx AS a ON a.ksdm = d.ryks
LEFT JOIN ks_xx AS c ON c.ksdm = d.cyks
LEFT JOIN ry_xx AS r ON r.rydm = d.zzys
LEFT JOIN transfers AS t ON t.zyid = d.zyid
LEFT JOIN br_jbxx AS p USING (brid)

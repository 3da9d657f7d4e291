WITH helpers AS (
    SELECT
        h.ssid,
        string_agg(coalesce(r.gjbm, h.rydm), '|' ORDER BY h.place) AS codes,
        string_agg(r.ryxm, '|' ORDER BY h.place) AS names
    FROM (
        SELECT ssid, unnest(string_split(zsys, ',')) AS rydm, generate_subscripts(string_split(zsys, ','), 1) AS place
        FROM ss_jlb
        WHERE zsys IS NOT NULL
    ) AS h
    LEFT JOIN ry_xx AS r USING (rydm)
    GROUP BY h.ssid
)
SELECT
    s._row,
    s.jgdm AS fixmedins_code,
    'ZY' || s.zyid AS mdtrt_id,
    s.ssxh AS oprn_srt_no,
    code_zcbz(s.zcbz) AS main_oprn_flag,
    s.ssbm AS oprn_oprt_code,
    s.ssmc AS oprn_oprt_name,
    s.sskssj::DATE AS oprn_oprt_date,
    s.mzfs AS anst_way,
    s.mzkssj AS anst_begntime,
    s.mzjssj AS anst_endtime,
    s.sskssj AS oprn_oprt_begntime,
    s.ssjssj AS oprn_oprt_endtime,
    coalesce(o.gjbm, s.zdys) AS oper_dr_code,
    o.ryxm AS oper_dr_name,
    h.codes AS oper_other_dr_code,
    h.names AS oper_other_dr_name,
    coalesce(a.gjbm, s.mzys) AS anst_dr_code,
    a.ryxm AS anst_dr_name
FROM ss_jlb AS s
LEFT JOIN ry_xx AS o ON o.rydm = s.zdys
LEFT JOIN ry_xx AS a ON a.rydm = s.mzys
LEFT JOIN helpers AS h ON h.ssid = s.ssid

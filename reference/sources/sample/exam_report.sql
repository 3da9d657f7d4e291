-- Imaging reports and electrocardiograms are one table here; a cardiogram has neither a part nor a picture of its own.
WITH reports AS (
    SELECT _row, jgdm, bgdh, sqdh, jcsj, jcbw, jcks, sbbh, bgsj, bgys, jcsjz, jcjl, ycbz, txh, yxbz
    FROM pacs_bg
    UNION ALL BY NAME
    SELECT
        _row, jgdm, bgdh, sqdh, jcsj, '心脏' AS jcbw, jcks, sbbh, bgsj, bgys, '心率 ' || xl || ' 次/分' AS jcsjz,
        xdjl AS jcjl, ycbz, yxbz
    FROM xd_bg
)
SELECT
    b._row,
    b.jgdm AS fixmedins_code,
    b.bgdh AS rpotc_no,
    b.sqdh AS appy_no,
    b.jcsj AS exam_time,
    b.jcbw AS exam_part,
    k.ksmc AS exam_dept_name,
    b.sbbh AS dev_no,
    b.bgsj AS rpt_time,
    r.ryxm AS rpt_dr_name,
    b.jcsjz AS exam_rslt,
    b.jcjl AS exam_ccls,
    code_sf(b.ycbz) AS exam_abn,
    b.txh AS pic_no,
    code_sf(b.yxbz) AS vali_flag
FROM reports AS b
LEFT JOIN ks_xx AS k ON k.ksdm = b.jcks
LEFT JOIN ry_xx AS r ON r.rydm = b.bgys

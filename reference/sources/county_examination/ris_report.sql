SELECT
    _row,
    NULL AS _excluded,
    'pacs' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    grid AS empi,
    jch AS check_no,
    sb AS device,
    bw AS part,
    tjbm AS exam_no,
    bgsj AS report_time,
    sj AS finding,
    zd AS diagnosis,
    CAST(ycbz AS VARCHAR) AS abnormal_flag
FROM yx_bg

SELECT
    _row,
    NULL AS _excluded,
    'ecg' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    grid AS empi,
    jch AS check_no,
    tjbm AS exam_no,
    bgsj AS report_time,
    jl AS finding,
    CAST(ycbz AS VARCHAR) AS abnormal_flag
FROM xd_bg

SELECT
    _row,
    NULL AS _excluded,
    'exam' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    grid AS empi,
    tjbm AS exam_no,
    ks AS dept,
    xjrq AS summary_date,
    CAST(ycbz AS VARCHAR) AS done_flag,
    xj AS summary
FROM tj_ksxj

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
    xmbm AS item_code,
    jcrq AS item_date,
    jg AS value_raw,
    jgz AS value_num,
    dw AS unit,
    code_pd(pd) AS result,
    CAST(jjbz AS VARCHAR) AS refused_flag
FROM tj_fx

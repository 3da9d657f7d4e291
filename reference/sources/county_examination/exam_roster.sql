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
    nd AS year,
    hjlx AS household
FROM tj_md

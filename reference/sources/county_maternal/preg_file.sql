SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    scbh AS preg_id,
    grid AS empi,
    mcyj AS lmp,
    jcrq AS book_date,
    jcyz AS book_week,
    sccj AS first_prenatal_date
FROM ycf_sc

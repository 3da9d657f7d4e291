SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    fsbh AS visit_id,
    grid AS empi,
    csrq AS birth,
    fsrq AS visit_date
FROM et_xsefs

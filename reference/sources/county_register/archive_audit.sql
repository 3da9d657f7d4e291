SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    grid AS empi,
    ccbh AS audit_id,
    dabh AS archive_no,
    ccrq AS audit_date,
    CAST(dtbz AS VARCHAR) AS dynamic_flag,
    CAST(hgbz AS VARCHAR) AS qualified_flag
FROM da_cc

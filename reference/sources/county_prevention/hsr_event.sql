SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    jlbh AS event_id,
    code_xglx(lx) AS event_type,
    fxrq AS found_date,
    bgrq AS report_date,
    CAST(xc AS VARCHAR) AS patrol_flag
FROM xgjl

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
    dabh AS file_id,
    qzrq AS confirm_date,
    jdrq AS register_date,
    CAST(zt AS VARCHAR) AS status,
    jarq AS end_date,
    jayy AS end_reason,
    gold
FROM mzf_da

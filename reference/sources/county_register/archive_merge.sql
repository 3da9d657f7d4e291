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
    bhbid AS merged_empi,
    hbsj AS merged_at,
    hbr AS merged_by
FROM da_hb

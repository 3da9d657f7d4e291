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
    swbh AS death_id,
    swrq AS death_date,
    code_death_source(mdly) AS source
FROM sw_md

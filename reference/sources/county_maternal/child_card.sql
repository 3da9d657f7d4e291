SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    bjkh AS card_id,
    grid AS empi,
    csrq AS birth,
    cstz AS birth_weight,
    cszs AS gestation_weeks,
    jkrq AS build_date,
    jarq AS end_date
FROM et_bjk

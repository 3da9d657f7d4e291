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
    sfbh AS visit_id,
    sfrq AS visit_date,
    sfys AS visit_doctor,
    code_sffs(sffs) AS way,
    xcsfrq AS next_date,
    zg AS effect,
    lfyc AS missed_doses
FROM fjh_sf

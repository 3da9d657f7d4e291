SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    hdbh AS event_id,
    code_xs(xs) AS form,
    zt AS topic,
    hdrq AS event_date,
    rs AS people,
    zls AS material_kinds,
    sls AS material_qty,
    sc AS minutes,
    CAST(zyy AS VARCHAR) AS tcm_flag
FROM jkjy

SELECT
    _row,
    NULL AS _excluded,
    'fd' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    tdbh AS team_id,
    rybm AS staff_id,
    code_js(js) AS role,
    CAST(dz AS VARCHAR) AS leader_flag
FROM qy_tdcy

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
    tdmc AS team_name,
    clrq AS valid_from,
    cxrq AS valid_to
FROM qy_td

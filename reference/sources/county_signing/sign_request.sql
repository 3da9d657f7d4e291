SELECT
    _row,
    NULL AS _excluded,
    'app' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    sqbh AS request_id,
    grid AS empi,
    tdbh AS team_id,
    sqsj AS requested_at,
    CAST(zt AS VARCHAR) AS status,
    xybh AS contract_id
FROM app_qysq

SELECT
    _row,
    NULL AS _excluded,
    'fd' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    rwbh AS task_id,
    grid AS empi,
    xybh AS contract_id,
    xmbh AS item_id,
    dqrq AS due_date,
    CAST(zt AS VARCHAR) AS status,
    wcrq AS done_date,
    fwbh AS ref_record_id
FROM qy_rw

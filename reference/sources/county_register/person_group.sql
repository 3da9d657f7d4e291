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
    code_group(rqlb) AS group_code,
    ksrq AS begin_date,
    jsrq AS end_date
FROM rq_fl

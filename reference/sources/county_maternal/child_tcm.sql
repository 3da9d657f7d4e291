SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    jlbh AS tcm_id,
    grid AS empi,
    fwrq AS service_date,
    yl AS month_age
FROM et_zyy

SELECT
    _row,
    NULL AS _excluded,
    'rational' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    dpbh AS review_id,
    cfbh AS rx_id,
    dprq AS review_date,
    jg AS result
FROM cf_dp

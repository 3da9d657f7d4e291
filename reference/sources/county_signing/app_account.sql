SELECT
    _row,
    NULL AS _excluded,
    'app' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    zhbh AS account_id,
    grid AS empi,
    sj AS mobile,
    zcrq AS registered_date,
    CAST(kfda AS VARCHAR) AS archive_view_flag,
    bdjt AS family_bound
FROM app_zh

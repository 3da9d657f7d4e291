SELECT
    _row,
    NULL AS _excluded,
    'fd' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    bbh AS package_id,
    xmbh AS item_id,
    xmmc AS item_name,
    cs AS service_times,
    ywb AS biz_table
FROM qy_bxm

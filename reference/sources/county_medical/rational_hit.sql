SELECT
    _row,
    NULL AS _excluded,
    'rational' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    tsbh AS hit_id,
    cfbh AS rx_id,
    gz AS rule_code,
    jb AS severity,
    cl AS action,
    tssj AS hit_time
FROM hlyy_ts

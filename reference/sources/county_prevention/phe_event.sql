SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    sjbh AS event_id,
    sjmc AS event_name,
    fxsj AS found_time,
    bgsj AS report_time,
    CAST(jsbg AS VARCHAR) AS timely_flag
FROM tfgw

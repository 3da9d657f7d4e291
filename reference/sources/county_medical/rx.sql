SELECT
    _row,
    NULL AS _excluded,
    CASE WHEN jgdm = sbjg THEN 'his' ELSE 'village' END AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    grid AS empi,
    cfbh AS rx_id,
    jzbh AS visit_id,
    kfsj AS rx_time,
    cflb AS rx_type,
    ysdm AS doctor_id,
    CAST(zfbz AS VARCHAR) AS void_flag,
    je AS amount
FROM cf

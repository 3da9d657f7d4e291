SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    kbh AS report_id,
    grid AS empi,
    code_jyb(jyb) AS disease_class,
    code_bz(bz) AS disease,
    CAST(ljbg AS VARCHAR) AS two_hour_flag,
    zdsj AS diagnose_time,
    bgsj AS report_time
FROM crb_bgk

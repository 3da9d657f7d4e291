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
    jlbh AS tcm_id,
    fwrq AS service_date,
    tz AS constitution,
    CAST(zdbz AS VARCHAR) AS guidance_flag
FROM lnr_zyy

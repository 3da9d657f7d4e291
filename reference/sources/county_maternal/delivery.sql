SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    fmbh AS delivery_id,
    grid AS empi,
    scbh AS preg_id,
    fmrq AS delivery_date,
    cyrq AS discharge_date,
    hcs AS live_births
FROM ycf_fm

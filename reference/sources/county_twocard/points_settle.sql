SELECT
    _row,
    NULL AS _excluded,
    'twocard' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    jsbh AS settle_id,
    fwry AS staff_id,
    yf AS of_month,
    jzqgf AS raw_points,
    zlxs AS quality_coef,
    jzhgf AS corrected_points,
    je AS amount,
    CAST(sdbz AS VARCHAR) AS settled_flag
FROM lk_js

SELECT
    _row,
    NULL AS _excluded,
    'report' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    dybh AS cell_id,
    bb AS form,
    zb AS cell,
    ssny AS of_month,
    sbs AS value,
    tzs AS adjusted_value,
    tzyy AS reason,
    tzr AS adjusted_by,
    tzsj AS adjusted_at
FROM gb_ybs

SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    jcbh AS checkup_id,
    grid AS empi,
    jcrq AS visit_date,
    code_yld(yld) AS stage,
    CAST(ybj AS VARCHAR) AS eye_check_flag
FROM et_tj

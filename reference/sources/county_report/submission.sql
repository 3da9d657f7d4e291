SELECT
    _row,
    NULL AS _excluded,
    'report' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    sbbh AS submission_id,
    xtdm AS of_system,
    ssny AS of_month,
    sbsj AS submitted_at
FROM sb_qk

SELECT
    _row,
    NULL AS _excluded,
    'card' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    kh AS card_id,
    grid AS empi,
    fkrq AS issue_date,
    code_kzt(zt) AS status
FROM jkk

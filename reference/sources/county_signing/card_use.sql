SELECT
    _row,
    NULL AS _excluded,
    'card' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    ykbh AS use_id,
    grid AS empi,
    kh AS card_id,
    yksj AS used_at,
    code_cj(cj) AS scene
FROM jkk_yk

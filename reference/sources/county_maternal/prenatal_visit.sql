SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    cjbh AS visit_id,
    grid AS empi,
    scbh AS preg_id,
    cjrq AS visit_date,
    yz AS week,
    gwpf AS high_risk_score
FROM ycf_cj

SELECT
    _row,
    NULL AS _excluded,
    'ph' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    jlbh AS dose_id,
    grid AS empi,
    code_ym(ym) AS vaccine_code,
    jc AS dose_no,
    yzrq AS due_date,
    szrq AS given_date
FROM jz_jl

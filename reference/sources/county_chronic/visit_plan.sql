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
    jhbh AS plan_id,
    code_ywlx(ywlx) AS biz_type,
    jhrq AS plan_date,
    zzrq AS begin_date,
    zcrq AS end_date,
    zt AS status,
    sfbh AS visit_id
FROM sf_jh

SELECT
    _row,
    NULL AS _excluded,
    'fd' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    bbh AS package_id,
    bmc AS package_name,
    code_blx(blx) AS package_type,
    jg AS price
FROM qy_fwb

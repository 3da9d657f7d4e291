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
    qybh AS move_id,
    dabh AS archive_no,
    qcjg AS src_org,
    qrjg AS dst_org,
    sqrq AS apply_date,
    qrrq AS confirm_date,
    CAST(zxsq AS VARCHAR) AS move_children
FROM da_qy

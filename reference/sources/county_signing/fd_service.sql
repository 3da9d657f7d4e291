SELECT
    _row,
    NULL AS _excluded,
    'fd' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    fwbh AS service_id,
    grid AS empi,
    xybh AS contract_id,
    xmbh AS item_id,
    fwrq AS service_date,
    code_fs(fs) AS mode,
    ry AS staff_id
FROM qy_fw

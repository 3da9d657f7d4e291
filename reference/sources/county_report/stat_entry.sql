SELECT
    _row,
    NULL AS _excluded,
    'report' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    tbbh AS entry_id,
    ssny AS of_month,
    tjxm AS item,
    sz AS value,
    tbr AS entered_by
FROM tj_tb

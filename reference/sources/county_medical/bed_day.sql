SELECT
    _row,
    NULL AS _excluded,
    'his' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    ksdm AS dept_code,
    rq AS day,
    kfcw AS open_beds,
    zycw AS occupied_beds
FROM zy_cr

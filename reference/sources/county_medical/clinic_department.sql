SELECT
    _row,
    NULL AS _excluded,
    CASE WHEN jgdm = sbjg THEN 'his' ELSE 'village' END AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    ksdm AS dept_code,
    ksmc AS dept_name,
    bzkm AS std_dept_code,
    cws AS beds
FROM ks_zd

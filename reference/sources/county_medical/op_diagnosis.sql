SELECT
    _row,
    NULL AS _excluded,
    CASE WHEN jgdm = sbjg THEN 'his' ELSE 'village' END AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    grid AS empi,
    jzbh AS visit_id,
    xh AS diag_no,
    jbbm AS icd10,
    jbmc AS diag_name,
    CAST(zybz AS VARCHAR) AS main_flag,
    zdsj AS diag_time
FROM mz_zd

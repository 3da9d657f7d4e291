SELECT
    _row,
    NULL AS _excluded,
    CASE WHEN jgdm = sbjg THEN 'his' ELSE 'village' END AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    ypdm AS drug_id,
    ypmc AS drug_name,
    yplx AS drug_class,
    CAST(jybz AS VARCHAR) AS essential_flag,
    CAST(gtbz AS VARCHAR) AS negotiated_flag,
    CAST(kjbz AS VARCHAR) AS antibiotic_flag,
    kjjb AS antibiotic_grade,
    CAST(zsbz AS VARCHAR) AS injection_flag
FROM yp_zd

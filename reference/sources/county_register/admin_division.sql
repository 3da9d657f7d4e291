SELECT
    _row,
    NULL AS _excluded,
    'base' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    qhdm AS code,
    qhmc AS name,
    code_level(CAST(qhjb AS VARCHAR)) AS level,
    sjqh AS parent_code,
    qyrq AS valid_from,
    tyrq AS valid_to,
    hjqh AS successor_code,
    CAST(btbz AS VARCHAR) AS xpcc_flag,
    cxfl AS urban_rural
FROM xzqh_zd

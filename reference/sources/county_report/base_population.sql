SELECT
    _row,
    NULL AS _excluded,
    'report' AS system,
    sbjg AS inst_code,
    tbjg AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    jsxm AS item,
    nd AS year,
    code_covers(fw) AS covers,
    sz AS value,
    code_basis(lyfs) AS basis,
    lysm AS source,
    tbr AS entered_by,
    jzrq AS as_of,
    bb AS version
FROM rk_js

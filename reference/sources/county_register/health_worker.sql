SELECT
    _row,
    NULL AS _excluded,
    'base' AS system,
    sbjg AS inst_code,
    jgdm AS org_code,
    lrsj AS created_at,
    xgsj AS updated_at,
    CAST(scbz AS VARCHAR) AS deleted,
    rybm AS staff_id,
    ryxm AS staff_name,
    sfzh AS id_no,
    code_post(gw) AS post,
    code_specialty(zylb) AS specialty,
    CAST(kjyw AS VARCHAR) AS antibiotic_grade,
    dgrq AS valid_from,
    lgrq AS valid_to
FROM wsry

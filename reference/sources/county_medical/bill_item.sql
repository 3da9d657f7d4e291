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
    pjbh AS bill_id,
    hh AS line_no,
    sfsj AS charge_time,
    fylb AS fee_class,
    ypdm AS drug_id,
    je AS amount
FROM sf_mx

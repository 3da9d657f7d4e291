-- X_SELFPAY 自费病人就诊: one row per settlement of the period outside the insurance; its lines are in X_FEE_DETAIL.
SELECT
    s.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    s.setl_id AS HISID,
    s.mdtrt_id AS FIXMEDINS_MDTRT_ID,
    if(s.mz_zy = 'MZ', '门诊', '住院') AS VISIT_TYPE,
    s.ipt_otp_no AS VISIT_NO,
    p.psn_cert_type AS PSN_CERT_TYPE,
    p.certno AS CERTNO,
    s.med_type AS MED_TYPE,
    s.begntime AS BEGNTIME,
    s.setl_time AS SETL_TIME,
    s.medfee_sumamt AS MEDFEE_SUMAMT,
    coalesce(f.lines, 0) AS LINE_CNT,
    coalesce(f.amount, 0) AS LINE_AMT,
    s.refd_setl_flag AS REFD_SETL_FLAG,
    s.init_setl_id AS INIT_HISID,
    s._row AS _row
FROM settlement AS s
LEFT JOIN (
    SELECT setl_id, count(*) AS lines, sum(det_item_fee_sumamt) AS amount
    FROM fee_line
    GROUP BY setl_id
) AS f USING (setl_id)
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN one_institution AS o ON o.fixmedins_code = s.fixmedins_code
WHERE s.hi_setl_flag = '0'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, s.setl_id, s._row

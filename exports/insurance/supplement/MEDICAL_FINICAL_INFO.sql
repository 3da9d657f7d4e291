-- MEDICAL_FINICAL_INFO 财务报表: one row per month, side and category of fee, refunds taken off.
-- Driver: fee lines, cut by their settlement as in the detail tables, so that its sum is theirs.
SELECT
    any_value(f.fixmedins_code) AS HOSPITAL_ID,
    any_value(o.fixmedins_name) AS HOSPITAL_NAME,
    strftime(s.setl_time, '%Y%m') AS STAT_MONTH,
    if(s.mz_zy = 'MZ', '门诊', '住院') AS VISIT_TYPE,
    coalesce(label_med_chrgitm_type(f.med_chrgitm_type), '未分类') AS P_CATEGORY,
    count(DISTINCT f.setl_id) AS SETL_CNT,
    sum(f.det_item_fee_sumamt) AS AMOUNT,
    coalesce(sum(f.det_item_fee_sumamt) FILTER (s.hi_setl_flag = '1'), 0) AS INSURED_AMOUNT,
    coalesce(sum(f.det_item_fee_sumamt) FILTER (s.hi_setl_flag IS DISTINCT FROM '1'), 0) AS UNINSURED_AMOUNT,
    sum(f.inscp_scp_amt) AS INSCP_AMOUNT,
    min(f._row) AS _row
FROM fee_line AS f
JOIN one_settlement AS s ON s.setl_id = f.setl_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = f.fixmedins_code
WHERE s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
GROUP BY STAT_MONTH, VISIT_TYPE, P_CATEGORY
ORDER BY STAT_MONTH, VISIT_TYPE, P_CATEGORY

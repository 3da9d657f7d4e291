-- title: 需复查或转诊的人数
-- definition: 期内总检且需复查或转诊
-- source: 全民健康体检表；公式待卫健委签认
SELECT e.empi, e.exam_no AS record, e.org_code, 1 AS value
FROM exam_reg AS e
WHERE e.void_flag = '0'
    AND e.final_date >= getvariable('period_from')
    AND e.final_date < getvariable('period_until')
    AND e.recheck_flag = '1'

-- title: 有偿签约的在约居民
-- definition: 期末在约：已生效、未到期、未解约，待签约的不算；解约而无日期的也不算；签约费大于 0
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT c.empi, c.contract_id AS record, c.org_code, 1 AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4' AND c.begin_date < getvariable('period_until')
    AND c.end_date >= getvariable('period_until')
    AND coalesce(c.stop_date >= getvariable('period_until'), c.sign_flag <> '2')
    AND c.fee > 0

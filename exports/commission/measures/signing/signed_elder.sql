-- title: 签约的老年人
-- definition: 期末在约：已生效、未到期、未解约，待签约的不算；解约而无日期的也不算；期末满 p_elder 岁
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT c.empi, c.contract_id AS record, c.org_code, 1 AS value
FROM fd_contract AS c
JOIN standing AS s ON s.empi = c.empi
WHERE c.sign_flag <> '4' AND c.begin_date < getvariable('period_until')
    AND c.end_date >= getvariable('period_until')
    AND coalesce(c.stop_date >= getvariable('period_until'), c.sign_flag <> '2')
    AND age_at(s.birth, getvariable('period_until') - 1) >= getvariable('p_elder')

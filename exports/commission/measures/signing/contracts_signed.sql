-- title: 期内签约
-- definition: 签约日期在期内，待签约的不算
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT c.empi, c.contract_id AS record, c.org_code, 1 AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4' AND c.counted_date >= getvariable('period_from')
    AND c.counted_date < getvariable('period_until')

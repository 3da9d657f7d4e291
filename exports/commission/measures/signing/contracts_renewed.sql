-- title: 到期后已续约的居民
-- definition: 到期日期在期内、到期前未解约，期末前已签下一期
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT c.empi, c.contract_id AS record, c.org_code, 1 AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4' AND c.end_date >= getvariable('period_from')
    AND c.end_date < getvariable('period_until') AND coalesce(c.stop_date >= c.end_date, true)
    AND EXISTS (
        SELECT 1 FROM fd_contract AS n
        WHERE n.prev_contract_id = c.contract_id AND n.sign_flag <> '4'
            AND n.sign_date < getvariable('period_until')
    )

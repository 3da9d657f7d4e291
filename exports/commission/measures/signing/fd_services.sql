-- title: 签约服务人次
-- definition: 期内签约服务记录数
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT v.empi, v.service_id AS record, v.org_code, 1 AS value
FROM fd_service AS v
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')

-- title: 家庭医生团队
-- definition: 期末存续的团队
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT NULL AS empi, t.team_id AS record, t.org_code, 1 AS value
FROM fd_team AS t
WHERE t.valid_from < getvariable('period_until') AND coalesce(t.valid_to >= getvariable('period_until'), true)

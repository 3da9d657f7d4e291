-- title: 家庭医生
-- definition: 期末存续团队中的医生，按人去重；p_role：0 全科、专科和乡村医生，1 全科，2 专科，5 乡村医生
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT NULL AS empi, m.staff_id AS record, t.org_code, 1 AS value
FROM fd_team_member AS m
JOIN fd_team AS t ON t.team_id = m.team_id
WHERE t.valid_from < getvariable('period_until') AND coalesce(t.valid_to >= getvariable('period_until'), true)
    AND m.role IN ('1', '2', '5')
    AND (getvariable('p_role') = 0 OR TRY_CAST(m.role AS INTEGER) = getvariable('p_role'))

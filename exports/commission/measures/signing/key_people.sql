-- title: 重点人群（去重）
-- definition: 期末满 p_elder 岁，或属于高血压、糖尿病、0～6岁、孕产妇、精神障碍、结核、残疾、脱贫、计生特殊之一；一人只计一次
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
SELECT s.empi, s.empi AS record, s.managing_org AS org_code, 1 AS value
FROM standing AS s
WHERE age_at(s.birth, getvariable('period_until') - 1) >= getvariable('p_elder') OR EXISTS (
    SELECT 1 FROM person_group AS g
    WHERE g.empi = s.empi AND g.group_code IN ('02', '03', '04', '05', '06', '07', '08', '09', '12')
        AND g.begin_date < getvariable('period_until') AND coalesce(g.end_date >= getvariable('period_until'), true)
)

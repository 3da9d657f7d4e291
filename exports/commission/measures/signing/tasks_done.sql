-- title: 完成的履约任务
-- definition: 到期日期在期内，期末前已完成且有服务记录
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
-- months: no
SELECT t.empi, t.task_id AS record, t.org_code, 1 AS value
FROM fd_plan_task AS t
WHERE t.due_date >= getvariable('period_from') AND t.due_date < getvariable('period_until')
    AND t.status = '1' AND t.done_date < getvariable('period_until')
    AND EXISTS (SELECT 1 FROM fd_service AS v WHERE v.service_id = t.ref_record_id)

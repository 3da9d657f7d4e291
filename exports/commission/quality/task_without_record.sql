-- title: 任务标为完成但没有服务记录
-- why: 只改状态没有服务，本产品不计为完成
-- fix: 补录服务记录，或改回未完成
-- level: error
-- table: fd_plan_task
SELECT t.org_code, t.task_id AS key, t.empi, t.ref_record_id AS value
FROM fd_plan_task AS t
WHERE t.status = '1' AND NOT EXISTS (SELECT 1 FROM fd_service AS v WHERE v.service_id = t.ref_record_id)

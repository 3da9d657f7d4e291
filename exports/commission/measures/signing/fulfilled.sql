-- title: 履约的在约居民
-- definition: 期末在约，期内有到期任务且全部完成并有服务记录
-- source: 关于推进家庭医生签约服务高质量发展的指导意见（2022）；公式待客户确认
WITH task AS (
    SELECT t.empi,
        t.status = '1' AND coalesce(t.done_date < getvariable('period_until'), false)
        AND EXISTS (SELECT 1 FROM fd_service AS v WHERE v.service_id = t.ref_record_id) AS done
    FROM fd_plan_task AS t
    WHERE t.due_date >= getvariable('period_from') AND t.due_date < getvariable('period_until')
)
SELECT c.empi, c.contract_id AS record, c.org_code, 1 AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4' AND c.begin_date < getvariable('period_until')
    AND c.end_date >= getvariable('period_until')
    AND coalesce(c.stop_date >= getvariable('period_until'), c.sign_flag <> '2')
    AND (SELECT bool_and(t.done) FROM task AS t WHERE t.empi = c.empi)

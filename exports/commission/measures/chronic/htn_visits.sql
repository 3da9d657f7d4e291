-- title: 高血压患者随访次数
-- definition: 期内随访记录数（含失访、电话）
-- source: 国家基本公共卫生服务规范（第三版）
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM htn_visit AS v
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')

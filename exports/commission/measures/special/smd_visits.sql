-- title: 精神障碍随访次数
-- definition: 期内随访记录数
-- source: 国家基本公共卫生服务规范（第三版）：严重精神障碍患者管理
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM smd_visit AS v
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')

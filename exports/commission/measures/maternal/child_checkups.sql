-- title: 儿童健康检查次数
-- definition: 期内儿童健康检查记录数
-- source: 国家基本公共卫生服务规范（第三版）：0～6岁儿童健康管理
SELECT v.empi, v.checkup_id AS record, v.org_code, 1 AS value
FROM child_checkup AS v
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')

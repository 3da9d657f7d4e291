-- title: 健康体检表份数
-- definition: 期内健康体检表
-- source: 国家基本公共卫生服务规范（第三版）
SELECT e.empi, e.form_id AS record, e.org_code, 1 AS value
FROM exam_form AS e
WHERE e.counted_date >= getvariable('period_from') AND e.counted_date < getvariable('period_until')

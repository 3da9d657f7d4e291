-- title: 已确诊并建档的慢阻肺患者
-- definition: 截至期末已建专档且未结案
-- source: 2024 年起纳入国家基本公共卫生服务；具体指标待客户确认
SELECT f.empi, f.file_id AS record, f.org_code, 1 AS value
FROM copd_file AS f
WHERE f.register_date < getvariable('period_until')
    AND coalesce(f.end_date >= getvariable('period_until'), true)

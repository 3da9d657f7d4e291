-- title: 接受中医药服务的0～36月儿童
-- definition: 期内按月龄接受过中医药健康指导，月龄不大于 36
-- source: 国家基本公共卫生服务规范（第三版）：中医药健康管理
SELECT v.empi, v.empi AS record, min_by(v.org_code, v.service_date) AS org_code, 1 AS value
FROM child_tcm AS v
WHERE v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until') AND v.month_age <= 36
GROUP BY v.empi

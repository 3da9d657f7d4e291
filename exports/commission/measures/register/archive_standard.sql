-- title: 规范化电子健康档案
-- definition: 截止日前建立、达到规范化要求的电子健康档案
-- source: 国家基本公共卫生服务规范（第三版）
SELECT a.empi, a.archive_no AS record, a.org_code, 1 AS value
FROM health_archive AS a
WHERE a.create_date < getvariable('period_until') AND a.standard_flag = '1'

-- title: 一人一年登记了两次体检
-- why: 按份数统计会重复；本产品按人统计
-- fix: 保留一次，另一次作废
-- level: error
-- table: exam_reg
SELECT org_code, exam_no AS key, empi, CAST(year AS VARCHAR) AS value
FROM exam_reg
WHERE void_flag = '0'
QUALIFY row_number() OVER (PARTITION BY empi, year ORDER BY reg_date, exam_no) > 1

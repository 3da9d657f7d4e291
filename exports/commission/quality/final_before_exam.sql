-- title: 总检早于体检
-- why: 还没有检查就下了总检结论
-- fix: 核对总检日期
-- level: error
-- table: exam_reg
SELECT org_code, exam_no AS key, empi, CAST(final_date AS VARCHAR) AS value
FROM exam_reg
WHERE void_flag = '0' AND final_date < coalesce(exam_date, reg_date)

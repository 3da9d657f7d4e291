-- title: 首次入户早于通知管理
-- why: 基层还没有接到通知，不会入户
-- fix: 核对两个日期
-- level: error
-- table: tb_case
SELECT org_code, case_id AS key, empi, CAST(first_home_date AS VARCHAR) AS value
FROM tb_case
WHERE first_home_date < notify_date

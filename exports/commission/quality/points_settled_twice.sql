-- title: 工分重复结算
-- why: 同一人员同一月份结算了两次，分配金额重复
-- fix: 作废重复的一次
-- level: error
-- table: points_settle
SELECT org_code, settle_id AS key, CAST(NULL AS VARCHAR) AS empi, strftime(of_month, '%Y-%m') AS value
FROM points_settle
QUALIFY row_number() OVER (PARTITION BY org_code, staff_id, of_month ORDER BY created_at, settle_id) > 1

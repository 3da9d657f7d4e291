-- title: 同一次妊娠登记了两次分娩
-- why: 助产机构与管理机构各录一次，分娩数与活产数重复
-- fix: 保留助产机构的一条，作废另一条
-- level: error
-- table: delivery
SELECT d.org_code, d.delivery_id AS key, d.empi, strftime(d.delivery_date, '%Y-%m-%d') AS value
FROM delivery AS d
QUALIFY row_number() OVER (PARTITION BY d.preg_id ORDER BY d.created_at, d.delivery_id) > 1 AND d.preg_id IS NOT NULL

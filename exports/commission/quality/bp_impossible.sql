-- title: 血压值不可能
-- why: 收缩压应在 50–300、舒张压在 30–200 mmHg 之间，且收缩压高于舒张压；多为多敲或少敲一位
-- fix: 按原始表单更正
-- level: error
-- table: htn_visit
WITH pressed AS (
    SELECT org_code, visit_id AS key, empi, sbp, dbp FROM htn_visit
    UNION ALL
    SELECT org_code, form_id AS key, empi, sbp, dbp FROM exam_form
)
SELECT org_code, key, empi, sbp || '/' || dbp AS value
FROM pressed
WHERE sbp NOT BETWEEN 50 AND 300 OR dbp NOT BETWEEN 30 AND 200 OR sbp <= dbp

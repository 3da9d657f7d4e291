-- title: 体检结果不可能
-- why: 空腹血糖应在 1–40 mmol/L，血压在 50–300/30–200 mmHg，血红蛋白在 20–260 g/L 之间；多为少了小数点
-- fix: 按检验单更正
-- level: error
-- table: exam_item
WITH read AS (
    SELECT *,
        TRY_CAST(regexp_extract(value_raw, '^([0-9]+)/([0-9]+)$', 1) AS INTEGER) AS sbp,
        TRY_CAST(regexp_extract(value_raw, '^([0-9]+)/([0-9]+)$', 2) AS INTEGER) AS dbp
    FROM exam_item
)
SELECT org_code, exam_no || '|' || item_code AS key, empi, value_raw AS value
FROM read
WHERE (item_code = '02' AND value_num NOT BETWEEN 1 AND 40)
    OR (item_code = '03' AND value_num NOT BETWEEN 20 AND 260)
    OR (item_code = '01' AND (sbp NOT BETWEEN 50 AND 300 OR dbp NOT BETWEEN 30 AND 200 OR sbp <= dbp))

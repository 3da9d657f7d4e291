-- title: 没有结果的项目判为正常
-- why: 未检的项目被记为正常，项目完成率被算高
-- fix: 改为未检，或补录结果
-- level: error
-- table: exam_item
SELECT org_code, exam_no || '|' || item_code AS key, empi, result AS value
FROM exam_item
WHERE result <> '9' AND trim(coalesce(value_raw, '')) = ''

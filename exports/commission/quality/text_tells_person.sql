-- title: 自由文本中有手机号或身份证号
-- why: 文本会随明细外流；B、C 类导出不含自由文本，D 类含
-- fix: 从文本中删去，写入专门的字段
-- level: error
-- table: exam_reg
WITH written AS (
    SELECT org_code, exam_no AS key, empi, summary AS text, '总检建议' AS place FROM exam_reg
    UNION ALL
    SELECT org_code, exam_no || '|' || dept, empi, summary, '科室小结' FROM exam_dept_summary
    UNION ALL
    SELECT org_code, check_no, empi, concat_ws(' ', finding, diagnosis), '影像报告' FROM ris_report
    UNION ALL
    SELECT org_code, check_no, empi, finding, '心电报告' FROM ecg_report
)
SELECT org_code, key, empi, place AS value
FROM written
WHERE regexp_matches(text, '(^|[^0-9])(1[3-9][0-9]{9}|[0-9]{17}[0-9Xx])($|[^0-9])')

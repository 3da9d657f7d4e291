-- title: 挂号记录数
-- definition: 就诊记录，不论是否退号，类别由 p_kinds 逐位给出
-- source: 公开代码中的另一种做法
SELECT v.empi, v.visit_id AS record, v.org_code, 1 AS value
FROM op_visit AS v
WHERE v.counted_date >= getvariable('period_from')
    AND v.counted_date < getvariable('period_until')
    AND (getvariable('p_kinds') >> CAST(v.kind AS INTEGER)) & 1 = 1

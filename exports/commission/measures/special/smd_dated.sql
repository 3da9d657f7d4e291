-- title: 确诊日期已填的在册患者
-- definition: 在册且确诊日期在期末之前；漏填确诊日期的不计
-- source: 公开代码中的另一种做法
SELECT f.empi, f.empi AS record, f.org_code, 1 AS value
FROM smd_file AS f
WHERE f.register_date < getvariable('period_until')
    AND coalesce(f.end_date >= getvariable('period_until'), true) AND f.confirm_date < getvariable('period_until')

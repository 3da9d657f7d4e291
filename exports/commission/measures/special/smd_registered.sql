-- title: 在册的严重精神障碍患者
-- definition: 截至期末已建专档且未结案；确诊日期漏填的也在册
-- source: 国家基本公共卫生服务规范（第三版）：严重精神障碍患者管理
SELECT f.empi, f.empi AS record, f.org_code, 1 AS value
FROM smd_file AS f
WHERE f.register_date < getvariable('period_until')
    AND coalesce(f.end_date >= getvariable('period_until'), true)

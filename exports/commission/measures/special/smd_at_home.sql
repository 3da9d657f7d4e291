-- title: 在册、在家居住的患者
-- definition: 在册且在家居住
-- source: 国家基本公共卫生服务规范（第三版）：严重精神障碍患者管理
SELECT f.empi, f.empi AS record, f.org_code, 1 AS value
FROM smd_file AS f
WHERE f.register_date < getvariable('period_until')
    AND coalesce(f.end_date >= getvariable('period_until'), true) AND f.home_flag = '1'

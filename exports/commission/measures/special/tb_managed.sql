-- title: 已管理的肺结核患者
-- definition: 期内通知管理，且期末前已首次入户
-- source: 国家基本公共卫生服务规范（第三版）：肺结核患者健康管理
SELECT c.empi, c.case_id AS record, c.org_code, 1 AS value
FROM tb_case AS c
WHERE c.notify_date >= getvariable('period_from')
    AND c.notify_date < getvariable('period_until')
    AND c.first_home_date < getvariable('period_until')

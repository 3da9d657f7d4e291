-- title: 通知管理的肺结核患者
-- definition: 期内由定点医院通知管理
-- source: 国家基本公共卫生服务规范（第三版）：肺结核患者健康管理
SELECT c.empi, c.case_id AS record, c.org_code, 1 AS value
FROM tb_case AS c
WHERE c.notify_date >= getvariable('period_from')
    AND c.notify_date < getvariable('period_until')

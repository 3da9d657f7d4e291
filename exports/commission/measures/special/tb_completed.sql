-- title: 完成治疗的肺结核患者
-- definition: 期内停止治疗，原因为完成疗程
-- source: 国家基本公共卫生服务规范（第三版）：肺结核患者健康管理
SELECT c.empi, c.case_id AS record, c.org_code, 1 AS value
FROM tb_case AS c
WHERE c.stop_date >= getvariable('period_from')
    AND c.stop_date < getvariable('period_until')
    AND c.stop_reason = '1'

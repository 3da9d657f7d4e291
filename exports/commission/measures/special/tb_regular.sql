-- title: 规则服药的肺结核患者
-- definition: 期内完成治疗，实服药次数不少于应服的 90%（待客户确认）
-- source: 国家基本公共卫生服务规范（第三版）：肺结核患者健康管理
SELECT c.empi, c.case_id AS record, c.org_code, 1 AS value
FROM tb_case AS c
WHERE c.stop_date >= getvariable('period_from')
    AND c.stop_date < getvariable('period_until')
    AND c.stop_reason = '1'
    AND c.actual_doses * 10 >= c.should_doses * 9

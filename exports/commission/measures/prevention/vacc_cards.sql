-- title: 已建预防接种证的儿童
-- definition: 期末前已建证，期末未满 7 岁
-- source: 国家基本公共卫生服务规范（第三版）：预防接种
SELECT c.empi, c.empi AS record, c.org_code, 1 AS value
FROM vacc_card AS c
JOIN standing AS s ON s.empi = c.empi
WHERE c.build_date < getvariable('period_until') AND age_at(s.birth, getvariable('period_until') - 1) < 7

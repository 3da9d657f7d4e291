-- title: 应接种剂次
-- definition: 期内到应种日期的剂次；p_vaccine 为 0 时不分疫苗
-- source: 国家基本公共卫生服务规范（第三版）：预防接种
SELECT r.empi, r.dose_id AS record, r.org_code, 1 AS value
FROM vacc_record AS r
WHERE r.due_date >= getvariable('period_from') AND r.due_date < getvariable('period_until')
    AND (getvariable('p_vaccine') = 0 OR TRY_CAST(r.vaccine_code AS INTEGER) = getvariable('p_vaccine'))

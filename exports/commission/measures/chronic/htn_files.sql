-- title: 高血压患者在管专档
-- definition: 截至期末已建专档且未结案
-- source: 国家基本公共卫生服务规范（第三版）
SELECT f.empi, f.file_id AS record, f.org_code, 1 AS value
FROM htn_file AS f
WHERE f.register_date < getvariable('period_until')
    AND coalesce(f.end_date >= getvariable('period_until'), true)

-- title: 产后42天检查的产妇
-- definition: 期内分娩，期末前已做产后42天检查
-- source: 国家基本公共卫生服务规范（第三版）：孕产妇健康管理
SELECT d.empi, d.delivery_id AS record, d.org_code, 1 AS value
FROM delivery AS d
WHERE d.counted_date >= getvariable('period_from') AND d.counted_date < getvariable('period_until')
    AND EXISTS (
        SELECT 1 FROM postnatal_visit AS v
        WHERE v.preg_id = d.preg_id AND v.kind = '2' AND v.visit_date < getvariable('period_until')
    )

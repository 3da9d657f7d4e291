-- title: 服药次数不可能
-- why: 实服多于应服，或为负数；规则服药率被算高
-- fix: 按服药卡更正
-- level: error
-- table: tb_case
SELECT org_code, case_id AS key, empi, actual_doses || '/' || should_doses AS value
FROM tb_case
WHERE actual_doses > should_doses OR actual_doses < 0 OR should_doses < 0

-- title: 保健卡儿童没有身份证号
-- why: 满 1 岁的儿童仍无有效证件号，跨系统对不上人，容易重复建档
-- fix: 向监护人核实并补录儿童本人的身份证号
-- level: hint
-- table: child_card
SELECT c.org_code, c.card_id AS key, c.empi, strftime(c.birth, '%Y-%m-%d') AS value
FROM child_card AS c
WHERE c.birth < getvariable('period_until') - INTERVAL 1 YEAR
    AND NOT EXISTS (SELECT 1 FROM resident AS r WHERE r.empi = c.empi AND trim(coalesce(r.id_no, '')) <> '')

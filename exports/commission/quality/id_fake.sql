-- title: 身份证号疑似编造
-- why: 顺序码为 000 或 999，多为没有证件时随手填写
-- fix: 按身份证原件更正；没有证件的留空并写明
-- level: hint
-- table: resident
SELECT org_code, empi AS key, empi, '顺序码 ' || substr(number, 15, 3) AS value
FROM identity
WHERE fake
